//! Keys: which modifiers are down, and which keys remove a point.

use std::ffi::c_int;

use openfx_sys as sys;

/// Modifier keys that are down. A host tells of them by key events only, so they are counted by hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Modifiers(u8);

/// Symbols, each with a bit of its own: left and right may be down at once.
const BITS: [(u32, u8); 10] = [
    (sys::kOfxKey_Control_L, 0x01),
    (sys::kOfxKey_Control_R, 0x02),
    // Command on a Mac, where it stands for Control.
    (sys::kOfxKey_Meta_L, 0x04),
    (sys::kOfxKey_Meta_R, 0x08),
    (sys::kOfxKey_Super_L, 0x04),
    (sys::kOfxKey_Super_R, 0x08),
    (sys::kOfxKey_Alt_L, 0x10),
    (sys::kOfxKey_Alt_R, 0x20),
    (sys::kOfxKey_Shift_L, 0x40),
    (sys::kOfxKey_Shift_R, 0x80),
];
const CONTROL: u8 = 0x0F;
const ALT: u8 = 0x30;
const SHIFT: u8 = 0xC0;

impl Modifiers {
    /// A key goes down (or repeats).
    pub fn press(&mut self, symbol: c_int) {
        self.0 |= bit(symbol);
    }

    /// A key goes up.
    pub fn release(&mut self, symbol: c_int) {
        self.0 &= !bit(symbol);
    }

    /// Whether a click adds a point: Control and Alt together. Control alone samples a colour in the viewers
    /// of Natron and Nuke; with Alt it adds a track in Natron's tracker and a vertex in Nuke's roto.
    pub fn add(self) -> bool {
        self.0 & CONTROL != 0 && self.0 & ALT != 0
    }

    /// Whether an added point excludes.
    pub fn shift(self) -> bool {
        self.0 & SHIFT != 0
    }
}

fn bit(symbol: c_int) -> u8 {
    BITS.iter().find(|(known, _)| i64::from(*known) == i64::from(symbol)).map_or(0, |(_, bit)| *bit)
}

/// Whether a key removes a point.
pub fn removes(symbol: c_int) -> bool {
    [sys::kOfxKey_Delete, sys::kOfxKey_KP_Delete, sys::kOfxKey_BackSpace]
        .iter()
        .any(|known| i64::from(*known) == i64::from(symbol))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modifiers_are_down_until_they_are_released() {
        let mut keys = Modifiers::default();
        keys.press(0xFFE3);
        assert!(!keys.add());
        keys.press(0xFFE9);
        assert!(keys.add() && !keys.shift());
        keys.press(0xFFE2);
        assert!(keys.add() && keys.shift());
        keys.press(0xFFE4);
        keys.release(0xFFE3);
        assert!(keys.add(), "the right one is still down");
        keys.release(0xFFE4);
        assert!(!keys.add());
        keys.press(i32::from(b'a'));
        keys.press(-1);
        assert!(removes(0xFF08) && removes(0xFFFF) && removes(0xFF9F) && !removes(-1) && !removes(0));
    }
}
