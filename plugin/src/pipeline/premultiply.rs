//! Colour with and without alpha's share.

/// Colour without alpha's share. Where alpha is not above 0 the colour is taken as it is stored: hosts
/// that add an alpha of 0 to opaque footage would otherwise blind the network.
pub fn straight([r, g, b, a]: [f32; 4], premultiplied: bool) -> [f32; 3] {
    if premultiplied && a > 0.0 { [r / a, g / a, b / a] } else { [r, g, b] }
}

/// Colour times alpha. Where alpha is 0 that is black even if the colour is not a number.
pub fn multiplied(colour: [f32; 3], alpha: f32) -> [f32; 4] {
    let [r, g, b] = if alpha == 0.0 { [0.0; 3] } else { colour.map(|c| c * alpha) };
    [r, g, b, alpha]
}
