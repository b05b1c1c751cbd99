//! The effect linked into the test program, with [`Disc`] in place of SAM: what the effect does with pixels,
//! prompts, threads and errors is tested without files and within milliseconds.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use models::sam::Segmenter;

use crate::network::{Disc, expected_alpha};
use crate::sim::{
    Binary, Clip, Context, Depth, Host, Instance, Picture, Plugin, Profile, Project, SimError, Source,
};

/// Option of the plugin's `refine` that leaves the mask's edge as it is.
pub const REFINE_OFF: i32 = 0;

/// The plugin keeps its state per process, so one test at a time may have it.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A host with the effect loaded.
pub struct Stage<N = Disc> {
    /// What counts instead of SAM.
    pub network: Arc<N>,
    /// The host.
    pub host: Host,
    /// The loaded effect.
    pub plugin: Plugin,
    _turn: MutexGuard<'static, ()>,
}

impl<N: Segmenter + 'static> Stage<N> {
    /// Loads the effect into a host of this kind.
    ///
    /// # Errors
    /// When the effect does not load.
    pub fn new(profile: Profile, network: N) -> Result<Self, SimError> {
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let network = Arc::new(network);
        promptmatte::engine::replace_network(Some(Arc::<N>::clone(&network)));
        let host = Host::new(profile);
        // SAFETY: these are the effect's own entry points.
        let binary = unsafe {
            Binary::linked(
                promptmatte::OfxGetNumberOfPlugins,
                promptmatte::OfxGetPlugin,
                Some(promptmatte::OfxSetHost),
            )
        };
        let plugin = host.load(binary)?;
        Ok(Self { network, host, plugin, _turn: turn })
    }

    /// An instance with `picture` as its source. Its edge is the mask's own, which is known; [`Stage::refined_in`] has
    /// what an artist gets.
    ///
    /// # Errors
    /// When the effect cannot be described or created.
    pub fn instance(&self, context: Context, clip: Clip, size: (u32, u32)) -> Result<Instance, SimError> {
        self.instance_in(context, clip, Project::new(size.0, size.1))
    }

    /// An instance in a project, whose edge is the mask's own.
    ///
    /// # Errors
    /// When the effect cannot be described or created.
    pub fn instance_in(&self, context: Context, clip: Clip, project: Project) -> Result<Instance, SimError> {
        let instance = self.refined_in(context, clip, project)?;
        instance.set_quietly("refine", REFINE_OFF)?;
        Ok(instance)
    }

    /// An instance in a project, as an artist finds it.
    ///
    /// # Errors
    /// When the effect cannot be described or created.
    pub fn refined_in(&self, context: Context, clip: Clip, project: Project) -> Result<Instance, SimError> {
        let instance = self.plugin.describe_in_context(context)?.create(project)?;
        instance.connect("Source", clip)?;
        Ok(instance)
    }

    /// Unloads the effect and fails on every breach of the specification.
    ///
    /// # Errors
    /// When the effect cannot be unloaded.
    ///
    /// # Panics
    /// On any violation.
    pub fn finish(self) -> Result<(), SimError> {
        self.finish_and(|| ())
    }

    /// The same with a look at what is left behind, before another test may load the effect.
    ///
    /// # Errors
    /// When the effect cannot be unloaded.
    ///
    /// # Panics
    /// On any violation.
    pub fn finish_and(self, look: impl FnOnce()) -> Result<(), SimError> {
        let Stage { plugin, host, _turn, .. } = self;
        plugin.unload()?;
        host.assert_clean();
        look();
        Ok(())
    }
}

/// A source whose frames are gone, or all this one: a picture without pixels, say.
pub struct Gone(pub Option<Arc<Picture>>);

impl Source for Gone {
    fn frame(&self, _time: f64) -> Result<Option<Arc<Picture>>, SimError> {
        Ok(self.0.clone())
    }

    fn range(&self) -> (f64, f64) {
        (0.0, 10.0)
    }
}

/// A picture in which every pixel differs from its neighbours, colours within 0..1, opaque.
pub fn test_picture(width: usize, height: usize) -> Picture {
    Picture::from_fn(width, height, |x, y| {
        let u = x as f32 / width as f32;
        let v = y as f32 / height as f32;
        [u, v, ((x * 7 + y * 13) % 32) as f32 / 31.0, 1.0]
    })
}

/// Half a code value of a depth, as a host's integer images are compared.
pub fn half_a_code(depth: Depth) -> f32 {
    match depth {
        Depth::Byte => 0.5 / 255.0,
        Depth::Short => 0.5 / 65535.0,
        // 11 significant bits.
        Depth::Half => 1.0 / 4096.0,
        Depth::Float => 0.0,
    }
}

/// The largest difference of alpha from the disc that the network drew, over the whole frame. `scale` is
/// pixels of the network's frame per pixel, `centre` is in pixels from the top left.
pub fn distance_from_disc(picture: &Picture, scale: [f64; 2], centre: [f64; 2]) -> f32 {
    let mut worst = 0.0_f32;
    for y in 0..picture.height {
        for x in 0..picture.width {
            let dx = (x as f64 + 0.5 - centre[0]) * scale[0];
            let dy = (y as f64 + 0.5 - centre[1]) * scale[1];
            let expected = expected_alpha(dx.hypot(dy) as f32);
            worst = worst.max((picture.at(x, y)[3] - expected).abs());
        }
    }
    worst
}
