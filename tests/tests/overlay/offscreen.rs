//! An OpenGL context without a screen: EGL's surfaceless platform, which Mesa's software renderer serves.

use std::ffi::{CString, c_char, c_void};
use std::ptr;

use libloading::Library;

/// What is wrong where there is none.
pub type Missing = String;

type Egl = *mut c_void;
type Proc = *const c_void;

const PLATFORM_SURFACELESS_MESA: u32 = 0x31DD;
const OPENGL_API: u32 = 0x30A2;
const NONE: i32 = 0x3038;
const CONFIG: [i32; 13] = [
    0x3033, 1, // pbuffers
    0x3040, 8, // OpenGL
    0x3024, 8, 0x3023, 8, 0x3022, 8, 0x3021, 8, // red, green, blue, alpha
    NONE,
];

/// Which profile of OpenGL.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Profile {
    /// With the calls of OpenGL 1.
    Compatible,
    /// 3.2, without.
    Core,
}

/// A context that is current on this thread, with a picture of a size to draw into.
pub struct Offscreen {
    display: Egl,
    context: Egl,
    surface: Egl,
    width: i32,
    height: i32,
    egl: Library,
}

/// Looks a function up, by its signature.
macro_rules! function {
    ($self:expr, $name:literal, fn($($argument:ty),*) $(-> $result:ty)?) => {{
        let address = $self.address($name);
        assert!(!address.is_null(), "{} is not there", $name);
        // SAFETY: the signature is the one that EGL's or OpenGL's specification gives the name.
        unsafe { std::mem::transmute::<Proc, unsafe extern "system" fn($($argument),*) $(-> $result)?>(address) }
    }};
}

/// EGL's functions before there is a context.
struct Loader(Library);

impl Loader {
    fn address(&self, name: &str) -> Proc {
        let symbol = CString::new(name).unwrap();
        // SAFETY: only the address is taken.
        let direct = unsafe { self.0.get::<Proc>(symbol.as_bytes_with_nul()) };
        direct.map_or(ptr::null(), |symbol| *symbol)
    }
}

impl Offscreen {
    /// Makes a context and makes it current.
    pub fn new(width: i32, height: i32, profile: Profile) -> Result<Offscreen, Missing> {
        // SAFETY: loading EGL runs its own start code and nothing else.
        let library = unsafe { Library::new("libEGL.so.1") }
            .map_err(|_| "libEGL.so.1 cannot be loaded (Debian: libegl1)".to_owned())?;
        let loader = Loader(library);
        let get_address = function!(loader, "eglGetProcAddress", fn(*const c_char) -> Proc);
        // SAFETY: the name is a C string.
        let get_display = unsafe { get_address(c"eglGetPlatformDisplayEXT".as_ptr()) };
        if get_display.is_null() {
            return Err("EGL has no platforms".to_owned());
        }
        // SAFETY: the signature is that of EGL_EXT_platform_base.
        let get_display = unsafe {
            std::mem::transmute::<Proc, unsafe extern "system" fn(u32, *mut c_void, *const i32) -> Egl>(
                get_display,
            )
        };
        let initialise = function!(loader, "eglInitialize", fn(Egl, *mut i32, *mut i32) -> u32);
        let bind_api = function!(loader, "eglBindAPI", fn(u32) -> u32);
        let choose =
            function!(loader, "eglChooseConfig", fn(Egl, *const i32, *mut Egl, i32, *mut i32) -> u32);
        let create_surface = function!(loader, "eglCreatePbufferSurface", fn(Egl, Egl, *const i32) -> Egl);
        let create_context = function!(loader, "eglCreateContext", fn(Egl, Egl, Egl, *const i32) -> Egl);
        let make_current = function!(loader, "eglMakeCurrent", fn(Egl, Egl, Egl, Egl) -> u32);

        // SAFETY: every list ends in EGL_NONE, and every out pointer outlives its call.
        unsafe {
            let display = get_display(PLATFORM_SURFACELESS_MESA, ptr::null_mut(), ptr::null());
            if display.is_null() || initialise(display, ptr::null_mut(), ptr::null_mut()) == 0 {
                return Err("EGL has no surfaceless display (Debian: libgl1-mesa-dri)".to_owned());
            }
            let (mut config, mut count) = (ptr::null_mut(), 0);
            if bind_api(OPENGL_API) == 0
                || choose(display, CONFIG.as_ptr(), &mut config, 1, &mut count) == 0
                || count == 0
            {
                return Err("EGL has no OpenGL with a picture to draw into".to_owned());
            }
            let size = [0x3057, width, 0x3056, height, NONE];
            let surface = create_surface(display, config, size.as_ptr());
            let core = [0x3098, 3, 0x30FB, 2, 0x30FD, 1, NONE];
            let attributes = if profile == Profile::Core { &core[..] } else { &[NONE] };
            let context = create_context(display, config, ptr::null_mut(), attributes.as_ptr());
            if surface.is_null() || context.is_null() || make_current(display, surface, surface, context) == 0
            {
                return Err(format!("EGL makes no context ({profile:?})"));
            }
            Ok(Offscreen { display, context, surface, width, height, egl: loader.0 })
        }
    }

    fn address(&self, name: &str) -> Proc {
        let symbol = CString::new(name).unwrap();
        // SAFETY: the function has this signature, and the name is a C string.
        unsafe {
            let get =
                self.egl.get::<unsafe extern "system" fn(*const c_char) -> Proc>(b"eglGetProcAddress\0");
            get.unwrap()(symbol.as_ptr())
        }
    }

    /// Sets the viewport to the picture and the matrices so that `[x1, y1, x2, y2]`, canonical, fills it. The modelview
    /// matrix takes a part of it, as in Nuke.
    pub fn look_at(&self, [x1, y1, x2, y2]: [f64; 4]) {
        let viewport = function!(self, "glViewport", fn(i32, i32, i32, i32));
        let mode = function!(self, "glMatrixMode", fn(u32));
        let identity = function!(self, "glLoadIdentity", fn());
        let ortho = function!(self, "glOrtho", fn(f64, f64, f64, f64, f64, f64));
        let translate = function!(self, "glTranslated", fn(f64, f64, f64));
        // SAFETY: a context is current.
        unsafe {
            viewport(0, 0, self.width, self.height);
            mode(PROJECTION);
            identity();
            ortho(0.0, x2 - x1, 0.0, y2 - y1, -1.0, 1.0);
            mode(MODELVIEW);
            identity();
            translate(-x1, -y1, 0.0);
        }
    }

    /// Fills the picture with one colour.
    pub fn clear(&self, [r, g, b]: [f32; 3]) {
        let colour = function!(self, "glClearColor", fn(f32, f32, f32, f32));
        let clear = function!(self, "glClear", fn(u32));
        // SAFETY: a context is current.
        unsafe {
            colour(r, g, b, 1.0);
            clear(0x4000);
        }
    }

    /// Puts a picture of the same size: RGB bytes, top row first.
    pub fn put(&self, rgb: &[u8]) {
        assert_eq!(rgb.len(), (self.width * self.height * 3) as usize);
        let rows = rgb.chunks_exact(self.width as usize * 3).rev();
        let bytes: Vec<u8> = rows
            .flatten()
            .copied()
            .collect::<Vec<_>>()
            .chunks_exact(3)
            .flat_map(|p| [p[0], p[1], p[2], 255])
            .collect();
        let position = function!(self, "glWindowPos2i", fn(i32, i32));
        let draw = function!(self, "glDrawPixels", fn(i32, i32, u32, u32, *const c_void));
        // SAFETY: a context is current, and the bytes are those of a picture of this size.
        unsafe {
            position(0, 0);
            draw(self.width, self.height, RGBA, UNSIGNED_BYTE, bytes.as_ptr().cast());
        }
    }

    /// The picture, RGBA bytes, top row first.
    pub fn read(&self) -> Picture {
        let mut bytes = vec![0_u8; (self.width * self.height * 4) as usize];
        let read = function!(self, "glReadPixels", fn(i32, i32, i32, i32, u32, u32, *mut c_void));
        // SAFETY: a context is current, and there is room for a picture of this size.
        unsafe { read(0, 0, self.width, self.height, RGBA, UNSIGNED_BYTE, bytes.as_mut_ptr().cast()) };
        let rows = bytes.chunks_exact(self.width as usize * 4).rev();
        Picture { width: self.width as usize, bytes: rows.flatten().copied().collect() }
    }

    /// Leaves the state in which a careless host may be: everything that could spoil an overlay is on.
    pub fn spoil(&self) {
        let enable = function!(self, "glEnable", fn(u32));
        let colour = function!(self, "glColor4f", fn(f32, f32, f32, f32));
        let width = function!(self, "glLineWidth", fn(f32));
        let stipple = function!(self, "glLineStipple", fn(i32, u16));
        let blend = function!(self, "glBlendFunc", fn(u32, u32));
        let create_shader = function!(self, "glCreateShader", fn(u32) -> u32);
        let source = function!(self, "glShaderSource", fn(u32, i32, *const *const c_char, *const i32));
        let compile = function!(self, "glCompileShader", fn(u32));
        let create_program = function!(self, "glCreateProgram", fn() -> u32);
        let attach = function!(self, "glAttachShader", fn(u32, u32));
        let link = function!(self, "glLinkProgram", fn(u32));
        let use_program = function!(self, "glUseProgram", fn(u32));
        // SAFETY: a context is current, and the source is one C string.
        unsafe {
            // Paints everything violet.
            let (shader, program) = (create_shader(0x8B30), create_program());
            let text = c"void main() { gl_FragColor = vec4(1.0, 0.0, 1.0, 1.0); }".as_ptr();
            source(shader, 1, &raw const text, ptr::null());
            compile(shader);
            attach(program, shader);
            link(program);
            use_program(program);
            for cap in [0x0B50, 0x0DE1, 0x84F5, 0x0B24, 0x0B44] {
                enable(cap);
            }
            colour(0.1, 0.2, 0.3, 0.4);
            width(3.0);
            stipple(3, 0x0F0F);
            blend(0, 1);
        }
    }

    /// All state that an overlay could leave changed, as numbers.
    pub fn state(&self) -> Vec<f64> {
        let get = function!(self, "glGetDoublev", fn(u32, *mut f64));
        let is_enabled = function!(self, "glIsEnabled", fn(u32) -> u8);
        let mut state = Vec::new();
        for name in STATE {
            let mut values = [0.0; 16];
            // SAFETY: a context is current, and none of these has more than 16 values.
            unsafe { get(name, values.as_mut_ptr()) };
            state.extend(values);
        }
        // SAFETY: a context is current.
        state.extend(CAPS.iter().map(|cap| f64::from(unsafe { is_enabled(*cap) })));
        state
    }

    /// The first error since the last call; 0 for none.
    pub fn error(&self) -> u32 {
        let get = function!(self, "glGetError", fn() -> u32);
        // SAFETY: a context is current.
        unsafe { get() }
    }

    /// Fills the stack of attributes, or empties it.
    pub fn fill_attribute_stack(&self, fill: bool) {
        let get = function!(self, "glGetIntegerv", fn(u32, *mut i32));
        let push = function!(self, "glPushAttrib", fn(u32));
        let pop = function!(self, "glPopAttrib", fn());
        let mut depth = 0;
        // SAFETY: a context is current; the name has one value. Pushes and pops stay within the stack.
        unsafe {
            get(if fill { 0x0D35 } else { 0x0BB0 }, &mut depth);
            for _ in 0..depth {
                if fill { push(1) } else { pop() }
            }
        }
    }
}

impl Drop for Offscreen {
    fn drop(&mut self) {
        let loader_get = |name: &[u8]| {
            // SAFETY: only the address is taken.
            *unsafe { self.egl.get::<Proc>(name) }.unwrap()
        };
        // SAFETY: the signatures are EGL's, and context and surface were made by this display.
        unsafe {
            let current = std::mem::transmute::<Proc, unsafe extern "system" fn(Egl, Egl, Egl, Egl) -> u32>(
                loader_get(b"eglMakeCurrent\0"),
            );
            let context = std::mem::transmute::<Proc, unsafe extern "system" fn(Egl, Egl) -> u32>(
                loader_get(b"eglDestroyContext\0"),
            );
            let surface = std::mem::transmute::<Proc, unsafe extern "system" fn(Egl, Egl) -> u32>(
                loader_get(b"eglDestroySurface\0"),
            );
            current(self.display, ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
            context(self.display, self.context);
            surface(self.display, self.surface);
        }
    }
}

const MODELVIEW: u32 = 0x1700;
const PROJECTION: u32 = 0x1701;
const RGBA: u32 = 0x1908;
const UNSIGNED_BYTE: u32 = 0x1401;
/// Current colour, line width, stipple and its repeat, matrix mode, both matrices and their stacks, blending,
/// polygon mode, hints, viewport, depth of the attribute stack; the program.
const STATE: [u32; 17] = [
    0x8B8D, 0x0B00, 0x0B21, 0x0B25, 0x0B26, 0x0BA0, 0x0BA6, 0x0BA7, 0x0BA3, 0x0BA4, 0x0BE0, 0x0BE1, 0x0B40,
    0x0C52, 0x0BA2, 0x0BB0, 0x0C23,
];
/// Rectangle textures, lighting, texturing, stipple, culling, smooth lines, blending, depth, stencil, alpha test, fog, scissor.
const CAPS: [u32; 13] =
    [0x84F5, 0x0B50, 0x0DE0, 0x0DE1, 0x0B24, 0x0B44, 0x0B20, 0x0BE2, 0x0B71, 0x0B90, 0x0BC0, 0x0B60, 0x0C11];

/// Pixels as they were read.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pub width: usize,
    /// RGBA, top row first.
    pub bytes: Vec<u8>,
}

impl Picture {
    /// Red, green and blue of a pixel, `y` from the top.
    pub fn at(&self, x: usize, y: usize) -> [i32; 3] {
        let at = (y * self.width + x) * 4;
        [0, 1, 2].map(|channel| i32::from(self.bytes[at + channel]))
    }

    pub fn height(&self) -> usize {
        self.bytes.len() / 4 / self.width
    }
}
