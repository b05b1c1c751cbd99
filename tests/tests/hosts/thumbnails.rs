//! Small pictures for lists: the source passes, and the network sleeps.

use tests::sim::{Profile, Request};

use super::stage::{Tested, in_hosts, keyed, source};

#[test]
fn a_thumbnail_is_the_source() -> Tested {
    // Resolve says so on the clips, hosts of version 1.5.1 in the arguments.
    in_hosts([Profile::resolve(), Profile::strict()], |stage, profile| {
        for context in stage.plugin.contexts() {
            let instance = keyed(stage, context, source())?;
            instance.set("output", "Cut-out")?;
            let thumbnail = Request { thumbnail: Some(0.25), ..Request::at(0.0) };
            let asked = instance.render(&thumbnail)?;
            assert_eq!(asked.bounds, [0, 0, 64, 36]);
            assert_eq!(asked.identity, Some(("Source".to_owned(), 0.0)), "{}", profile.name);
            // A host that renders it all the same gets the same.
            let rendered = instance.render(&Request { skip_identity: true, ..thumbnail })?;
            assert!(rendered.status.is_fine() && rendered.untouched == 0);
            assert_eq!(rendered.raw, asked.raw);
            assert_eq!(instance.persistent_message(), None);
            assert_eq!(stage.network.encoded(), 0);
            // The next real frame is a matte again.
            instance.set("output", "Matte")?;
            let frame = instance.render(&Request::at(0.0))?;
            assert!(frame.picture().at(100, 144 - 60)[3] > 0.99);
            instance.purge_caches();
            stage.network.encoded.store(0, std::sync::atomic::Ordering::SeqCst);
        }
        Ok(())
    })
}
