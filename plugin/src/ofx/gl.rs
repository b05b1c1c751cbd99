//! The handful of OpenGL 1.x calls that overlays of version 1 are drawn with.
//!
//! OpenGL is never linked, since most hosts of ours have no window: the functions are looked up, at the first
//! drawing, in what the process has loaded. What is touched is put back: attributes by `glPushAttrib`, and
//! the matrices, which are the host's projection, are only used. Of what came after OpenGL 1, a host's shaders
//! and rectangle textures are set aside.

use std::ffi::{CStr, c_char};
use std::sync::OnceLock;

use libloading::Library;

type Enum = u32;

const LINES: Enum = 0x0001;
const LINE_LOOP: Enum = 0x0002;
const LINE_STRIP: Enum = 0x0003;
const POLYGON: Enum = 0x0009;
const LIGHTING: Enum = 0x0B50;
const CULL_FACE: Enum = 0x0B44;
const DEPTH_TEST: Enum = 0x0B71;
const LINE_SMOOTH: Enum = 0x0B20;
const LINE_STIPPLE: Enum = 0x0B24;
const BLEND: Enum = 0x0BE2;
const TEXTURE_1D: Enum = 0x0DE0;
const TEXTURE_2D: Enum = 0x0DE1;
const ALPHA_TEST: Enum = 0x0BC0;
const STENCIL_TEST: Enum = 0x0B90;
const FOG: Enum = 0x0B60;
const COLOR_LOGIC_OP: Enum = 0x0BF2;
const SRC_ALPHA: Enum = 0x0302;
const ONE_MINUS_SRC_ALPHA: Enum = 0x0303;
const VERSION: Enum = 0x1F02;
const MODELVIEW_MATRIX: Enum = 0x0BA6;
const PROJECTION_MATRIX: Enum = 0x0BA7;
const ATTRIB_STACK_DEPTH: Enum = 0x0BB0;
const MAX_ATTRIB_STACK_DEPTH: Enum = 0x0D35;
const TEXTURE_RECTANGLE: Enum = 0x84F5;
const CURRENT_PROGRAM: Enum = 0x8B8D;
const CONTEXT_PROFILE_MASK: Enum = 0x9126;
const CONTEXT_CORE_PROFILE_BIT: i32 = 1;
/// What is touched: current colour, lines, polygons, enabled caps, blending, hints.
const ATTRIBUTES: u32 = 0x0001 | 0x0004 | 0x0008 | 0x2000 | 0x4000 | 0x8000;

macro_rules! functions {
    ($($field:ident = $name:literal ($($argument:ty),*) $(-> $result:ty)?;)+) => {
        /// The functions of OpenGL 1.1, and the library that keeps them.
        pub struct Gl {
            $($field: unsafe extern "system" fn($($argument),*) $(-> $result)?,)+
            /// Of OpenGL 2, where the library gives it by name.
            use_program: Option<UseProgram>,
            _library: Library,
        }

        impl Gl {
            /// Looks all functions up in a library.
            fn of(library: Library) -> Option<Gl> {
                // SAFETY: the names are those of OpenGL's functions, whose signatures are these.
                unsafe {
                    Some(Gl {
                        $($field: *library.get::<unsafe extern "system" fn($($argument),*) $(-> $result)?>($name).ok()?,)+
                        use_program: library.get::<UseProgram>(b"glUseProgram\0").ok().map(|symbol| *symbol),
                        _library: library,
                    })
                }
            }
        }
    };
}

type UseProgram = unsafe extern "system" fn(u32);

functions! {
    begin = b"glBegin\0" (Enum);
    end = b"glEnd\0" ();
    vertex = b"glVertex2d\0" (f64, f64);
    colour = b"glColor4f\0" (f32, f32, f32, f32);
    line_width = b"glLineWidth\0" (f32);
    line_stipple = b"glLineStipple\0" (i32, u16);
    enable = b"glEnable\0" (Enum);
    disable = b"glDisable\0" (Enum);
    blend_func = b"glBlendFunc\0" (Enum, Enum);
    push_attributes = b"glPushAttrib\0" (u32);
    pop_attributes = b"glPopAttrib\0" ();
    get_integer = b"glGetIntegerv\0" (Enum, *mut i32);
    get_doubles = b"glGetDoublev\0" (Enum, *mut f64);
    get_string = b"glGetString\0" (Enum) -> *const c_char;
}

impl Gl {
    /// The process's OpenGL; `None` where there is none.
    pub fn loaded() -> Option<&'static Gl> {
        static GL: OnceLock<Option<Gl>> = OnceLock::new();
        GL.get_or_init(|| libraries().find_map(Gl::of)).as_ref()
    }

    fn integer(&self, name: Enum) -> i32 {
        let mut value = 0;
        // SAFETY: the names asked for here have one value, and `value` outlives the call.
        unsafe { (self.get_integer)(name, &mut value) };
        value
    }

    /// Major and minor version of the current context; `None` where there is none, and for OpenGL ES, whose
    /// text begins otherwise.
    fn version(&self) -> Option<[u32; 2]> {
        // SAFETY: without a context the answer is null.
        let text = unsafe { (self.get_string)(VERSION) };
        if text.is_null() {
            return None;
        }
        // SAFETY: not null, and a C string that OpenGL keeps.
        let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
        let mut parts = text.split(['.', ' ']);
        Some([parts.next()?.parse().ok()?, parts.next()?.parse().ok()?])
    }

    /// Whether the calls of OpenGL 1 work in the current context, and its state can be saved.
    fn is_usable(&self, version: [u32; 2]) -> bool {
        // Asking for what a version does not have is an error that the host would find.
        let has_profiles = version >= [3, 2];
        let is_core = has_profiles && self.integer(CONTEXT_PROFILE_MASK) & CONTEXT_CORE_PROFILE_BIT != 0;
        !is_core && self.integer(ATTRIB_STACK_DEPTH) < self.integer(MAX_ATTRIB_STACK_DEPTH)
    }

    /// Begins a drawing in the current context; `None` where there is none or it cannot do this. Everything
    /// is put back when the result is dropped.
    pub fn frame(&self) -> Option<GlFrame<'_>> {
        let version = self.version().filter(|version| self.is_usable(*version))?;
        let program = self.use_program.filter(|_| version >= [2, 0]).and_then(|call| {
            u32::try_from(self.integer(CURRENT_PROGRAM)).ok().map(|program| (call, program))
        });
        // SAFETY: a context is current, as was just seen, and has all names that are used.
        unsafe {
            (self.push_attributes)(ATTRIBUTES);
            for cap in [
                LIGHTING,
                CULL_FACE,
                DEPTH_TEST,
                STENCIL_TEST,
                ALPHA_TEST,
                FOG,
                COLOR_LOGIC_OP,
                TEXTURE_1D,
                TEXTURE_2D,
                LINE_STIPPLE,
            ] {
                (self.disable)(cap);
            }
            if version >= [3, 1] {
                (self.disable)(TEXTURE_RECTANGLE);
            }
            if let Some((use_program, _)) = program {
                use_program(0);
            }
            (self.enable)(BLEND);
            (self.blend_func)(SRC_ALPHA, ONE_MINUS_SRC_ALPHA);
            (self.enable)(LINE_SMOOTH);
            (self.line_stipple)(2, 0xAAAA);
        }
        Some(GlFrame { gl: self, program })
    }
}

/// A drawing in progress, in canonical coordinates.
pub struct GlFrame<'g> {
    gl: &'g Gl,
    /// The host's shaders, to be taken up again.
    program: Option<(UseProgram, u32)>,
}

impl GlFrame<'_> {
    /// The canonical position in the middle of the view, by the host's own matrices; `None` when they show no plane.
    pub fn view_centre(&self) -> Option<[f64; 2]> {
        let read = |name| {
            let mut matrix = [0.0; 16];
            // SAFETY: a context is current while `self` lives, and these names have sixteen values.
            unsafe { (self.gl.get_doubles)(name, matrix.as_mut_ptr()) };
            matrix
        };
        centre_of(&read(PROJECTION_MATRIX), &read(MODELVIEW_MATRIX))
    }

    /// Sets the colour of what follows: red, green, blue, opacity, 0 to 1.
    pub fn set_colour(&self, [r, g, b, a]: [f32; 4]) {
        // SAFETY: a context is current while `self` lives.
        unsafe { (self.gl.colour)(r, g, b, a) }
    }

    /// Sets the width of lines in screen pixels, above 0.
    pub fn set_width(&self, width: f32) {
        // SAFETY: a context is current while `self` lives.
        unsafe { (self.gl.line_width)(width) }
    }

    /// Sets whether lines are dashed.
    pub fn set_dashed(&self, dashed: bool) {
        let set = if dashed { self.gl.enable } else { self.gl.disable };
        // SAFETY: a context is current while `self` lives.
        unsafe { set(LINE_STIPPLE) }
    }

    /// Separate lines, two points each.
    pub fn lines(&self, points: &[[f64; 2]]) {
        self.vertices(LINES, points);
    }

    /// A line through all points, and back to the first when `closed`.
    pub fn strip(&self, points: &[[f64; 2]], closed: bool) {
        self.vertices(if closed { LINE_LOOP } else { LINE_STRIP }, points);
    }

    /// A filled convex shape.
    pub fn polygon(&self, points: &[[f64; 2]]) {
        self.vertices(POLYGON, points);
    }

    fn vertices(&self, mode: Enum, points: &[[f64; 2]]) {
        // SAFETY: a context is current while `self` lives; between begin and end there is only `glVertex`.
        unsafe {
            (self.gl.begin)(mode);
            for [x, y] in points {
                (self.gl.vertex)(*x, *y);
            }
            (self.gl.end)();
        }
    }
}

impl Drop for GlFrame<'_> {
    fn drop(&mut self) {
        // SAFETY: pairs with the push in `Gl::frame`; the program was the current one there.
        unsafe {
            if let Some((use_program, program)) = self.program {
                use_program(program);
            }
            (self.gl.pop_attributes)();
        }
    }
}

/// The point (x, y, 0) that projection x modelview takes to the middle of clip space. Both matrices are column by
/// column (OpenGL 2.1, 2.11).
fn centre_of(projection: &[f64; 16], modelview: &[f64; 16]) -> Option<[f64; 2]> {
    let product = |row: usize, column: usize| -> f64 {
        (0..4).map(|i| projection[i * 4 + row] * modelview[column * 4 + i]).sum()
    };
    // Clip x and y vanish: a x + b y + e = 0 and c x + d y + f = 0.
    let [a, b, e] = [product(0, 0), product(0, 1), product(0, 3)];
    let [c, d, f] = [product(1, 0), product(1, 1), product(1, 3)];
    let determinant = a * d - b * c;
    let centre = [(b * f - d * e) / determinant, (c * e - a * f) / determinant];
    centre.iter().all(|place| place.is_finite()).then_some(centre)
}

/// Where OpenGL may be: in the process already, or the system's library by its usual names.
fn libraries() -> impl Iterator<Item = Library> {
    #[cfg(unix)]
    let process = Some(libloading::os::unix::Library::this().into());
    #[cfg(not(unix))]
    let process = None;
    let names: &[&str] = if cfg!(windows) {
        &["opengl32.dll"]
    } else if cfg!(target_os = "macos") {
        &["/System/Library/Frameworks/OpenGL.framework/OpenGL"]
    } else {
        // The second is what a system without X has.
        &["libGL.so.1", "libOpenGL.so.0"]
    };
    // SAFETY: loading the system's OpenGL runs its own start code and nothing else.
    let named = names.iter().filter_map(|name| unsafe { Library::new(*name) }.ok());
    process.into_iter().chain(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_the_view_follows_zoom_and_pan() {
        // glOrtho(100, 300, 50, 150, -1, 1): a view from (100, 50) to (300, 150).
        let mut projection = [0.0; 16];
        (projection[0], projection[5], projection[10], projection[15]) =
            (2.0 / 200.0, 2.0 / 100.0, -1.0, 1.0);
        (projection[12], projection[13]) = (-400.0 / 200.0, -200.0 / 100.0);
        let mut modelview = [0.0; 16];
        for i in 0..4 {
            modelview[i * 5] = 1.0;
        }
        assert_eq!(centre_of(&projection, &modelview), Some([200.0, 100.0]));
        // The picture twice as large and moved by 20.
        (modelview[0], modelview[5], modelview[12]) = (2.0, 2.0, 20.0);
        assert_eq!(centre_of(&projection, &modelview), Some([90.0, 50.0]));
        assert_eq!(centre_of(&[0.0; 16], &modelview), None);
    }
}
