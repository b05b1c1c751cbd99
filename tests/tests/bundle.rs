//! The built bundle as a host meets it: whole, in odd places, and broken in every way that happens.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use models::manifest::Manifest;
use sha2::{Digest as _, Sha256};
use tests::bundles;
use tests::linked::test_picture;
use tests::sim::{Binary, Clip, Context, Host, Output, Profile, Project, Request, SimError, Status};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// Where the subject comes from.
#[derive(Clone, Copy, PartialEq)]
enum Prompts {
    Point,
    Automatic,
}

/// Renders one frame, with a point on it or without prompts, through the whole effect; gives the output and the message
/// on the effect.
fn render(bundle: &Path, prompts: Prompts) -> Result<(Output, Option<(String, String)>), SimError> {
    let host = Host::new(Profile::strict());
    let plugin = host.load(Binary::open(bundle)?)?;
    let effect = plugin.describe_in_context(Context::Filter)?;
    let instance = effect.create(Project::new(320, 180))?;
    instance.connect("Source", Clip::still(test_picture(320, 180)))?;
    instance.set("output", 1)?;
    match prompts {
        Prompts::Point => instance.set("point1Mode", 1)?,
        Prompts::Automatic => instance.set("promptsFrom", 1)?,
    }
    let output = instance.render(&Request::at(0.0))?;
    let message = instance.persistent_message();
    drop((instance, effect));
    plugin.unload()?;
    host.assert_clean();
    Ok((output, message))
}

/// Renders with a broken bundle: the frame fails, the host lives, and the artist reads `words`.
fn fails_with(bundle: &Path, words: &[&str]) -> Tested {
    fails_when(Prompts::Point, bundle, words)
}

fn fails_when(prompts: Prompts, bundle: &Path, words: &[&str]) -> Tested {
    let (output, message) = render(bundle, prompts)?;
    assert_eq!(output.status, Status::FAILED);
    let (kind, text) = message.ok_or("no message")?;
    assert_eq!(kind, "OfxMessageError");
    for word in words {
        assert!(text.contains(word), "\"{word}\" is not in: {text}");
    }
    Ok(())
}

#[test]
fn the_bundle_is_complete_and_exports_only_openfx() -> Tested {
    let bundle = bundles::built()?;
    assert_eq!(bundle::check::faults(&bundle), Vec::<String>::new());
    let binary = bundle.join("Contents/Linux-x86-64/PromptMatte.ofx");
    assert_eq!(bundle::check::exports(&binary)?, bundle::check::EXPORTS);
    let licences = bundle.join("Contents/Resources/licences");
    let crates = fs::read_to_string(licences.join("rust-crates.txt"))?;
    for name in ["==== ort ", "==== rayon ", "==== fast_image_resize "] {
        assert!(crates.contains(name), "{name}");
    }
    for name in ["LICENSE-MIT", "LICENSE-APACHE", "NOTICE.txt", "onnxruntime-ThirdPartyNotices.txt"] {
        assert!(licences.join(name).is_file(), "{name}");
    }
    Ok(())
}

#[test]
fn it_works_from_a_folder_with_spaces_and_letters_of_all_kinds() -> Tested {
    let folder = tempfile::tempdir()?;
    let odd = folder.path().join("Größe und 日本 – copy");
    fs::create_dir_all(&odd)?;
    let bundle = bundles::copy_to(&odd)?;
    for prompts in [Prompts::Point, Prompts::Automatic] {
        let (output, message) = render(&bundle, prompts)?;
        assert_eq!(output.status, Status::OK, "{message:?}");
        // What stands out in the test picture is anybody's guess.
        assert!(message.is_none() || prompts == Prompts::Automatic, "{message:?}");
    }
    Ok(())
}

#[test]
fn a_detector_that_is_missing_or_damaged_is_named_and_the_prompts_go_on_working() -> Tested {
    let folder = tempfile::tempdir()?;
    let bundle = bundles::copy_to(folder.path())?;
    let path = bundles::models(&bundle).join("u2netp.onnx");
    let mut whole = fs::read(&path)?;
    let way_out = "set Prompts from to My prompts";
    let refused = |words: &[&str]| fails_when(Prompts::Automatic, &bundle, words);
    fs::remove_file(&path)?;
    refused(&[
        "cannot be found automatically",
        "u2netp.onnx",
        "is missing",
        "Install PromptMatte again",
        way_out,
    ])?;
    let (output, message) = render(&bundle, Prompts::Point)?;
    assert_eq!((output.status, message), (Status::OK, None));
    fs::write(&path, &whole[..whole.len() / 2])?;
    refused(&["u2netp.onnx", "incomplete", way_out])?;
    whole[1_000_000] ^= 1;
    fs::write(&path, &whole)?;
    refused(&["u2netp.onnx", "damaged", way_out])
}

#[test]
fn the_detector_comes_with_its_notice() -> Tested {
    let bundle = bundles::built()?;
    assert!(bundles::models(&bundle).join("u2netp.onnx").is_file());
    let licences = bundle.join("Contents/Resources/licences");
    let notice = fs::read_to_string(licences.join("NOTICE.txt"))?;
    for part in ["u2netp.onnx", "U^2-Net", "Xuebin Qin", "Apache-2.0.txt"] {
        assert!(notice.contains(part), "{part}");
    }
    assert!(licences.join("Apache-2.0.txt").is_file());
    Ok(())
}

#[test]
fn every_network_of_the_manifest_comes_with_the_bundle_and_is_named_in_the_notice() -> Tested {
    let bundle = bundles::built()?;
    let notice = fs::read_to_string(bundle.join("Contents/Resources/licences/NOTICE.txt"))?;
    for entry in Manifest::built_in()?.networks() {
        assert!(bundles::models(&bundle).join(&entry.file).is_file(), "{}", entry.file);
        assert!(notice.contains(&entry.file), "{}", entry.file);
    }
    Ok(())
}

/// The built bundle with a fixture as its edge network.
fn with_edge_network(folder: &Path, fixture: &str, version: &str) -> Result<PathBuf, std::io::Error> {
    let bundle = bundles::copy_to(folder)?;
    let models = bundles::models(&bundle);
    let file =
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/tests/fixtures").join(fixture))?;
    let sha256: String = Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect();
    let entry = format!(
        "[[entry]]\nid = \"edges\"\nrole = \"refiner\"\nfile = \"edges.onnx\"\nbytes = {}\nsha256 = \"{sha256}\"\n\
         licence = \"MIT OR Apache-2.0\"\norigin = {{ kind = \"user\" }}\n\
         refiner = {{ input = \"x\", alpha = \"alpha\", version = \"{version}\" }}\n",
        file.len()
    );
    fs::write(models.join("manifest.toml"), format!("{entry}\n{}", Manifest::built_in_text()))?;
    fs::write(models.join("edges.onnx"), file)?;
    Ok(bundle)
}

/// What `bundle --check` finds. It is a program of its own, since a program has one ONNX Runtime, and each copied bundle its
/// own.
fn faults(bundle: &Path) -> Result<Vec<String>, std::io::Error> {
    let tests = std::env::current_exe()?;
    let program = tests.ancestors().nth(2).unwrap_or(&tests).join("bundle");
    let output = Command::new(program).arg("--check").arg(bundle).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    Ok(said.lines().filter_map(|line| line.strip_prefix("wrong: ")).map(str::to_owned).collect())
}

#[test]
fn a_good_edge_network_is_no_fault() -> Tested {
    let folder = tempfile::tempdir()?;
    let bundle = with_edge_network(folder.path(), "edges.onnx", "1")?;
    assert_eq!(faults(&bundle)?, Vec::<String>::new());
    Ok(())
}

#[test]
fn an_edge_network_of_another_version_or_damaged_is_named() -> Tested {
    for (fixture, version) in [("edges.onnx", "2"), ("edges_2.onnx", "1")] {
        let folder = tempfile::tempdir()?;
        let faults = faults(&with_edge_network(folder.path(), fixture, version)?)?;
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].contains("is of version 2, this PromptMatte knows 1"), "{faults:?}");
    }
    let folder = tempfile::tempdir()?;
    let bundle = with_edge_network(folder.path(), "edges.onnx", "1")?;
    let path = bundles::models(&bundle).join("edges.onnx");
    let mut file = fs::read(&path)?;
    file[100] ^= 1;
    fs::write(&path, file)?;
    let faults = faults(&bundle)?;
    assert!(faults.len() == 1 && faults[0].contains("edges.onnx is damaged"), "{faults:?}");
    Ok(())
}

#[test]
fn a_missing_model_is_named() -> Tested {
    let folder = tempfile::tempdir()?;
    let bundle = bundles::copy_to(folder.path())?;
    fs::remove_file(bundles::models(&bundle).join("mobile_sam_encoder.onnx"))?;
    fails_with(&bundle, &["mobile_sam_encoder.onnx", "is missing", "Install PromptMatte again"])
}

#[test]
fn a_truncated_model_is_named() -> Tested {
    let folder = tempfile::tempdir()?;
    let bundle = bundles::copy_to(folder.path())?;
    let path = bundles::models(&bundle).join("mobile_sam_decoder.onnx");
    let whole = fs::read(&path)?;
    fs::remove_file(&path)?;
    fs::write(&path, &whole[..whole.len() / 2])?;
    fails_with(&bundle, &["mobile_sam_decoder.onnx", "incomplete"])
}

#[test]
fn a_damaged_model_is_named() -> Tested {
    let folder = tempfile::tempdir()?;
    let bundle = bundles::copy_to(folder.path())?;
    let path = bundles::models(&bundle).join("mobile_sam_decoder.onnx");
    let mut whole = fs::read(&path)?;
    whole[1_000_000] ^= 1;
    fs::remove_file(&path)?;
    fs::write(&path, &whole)?;
    fails_with(&bundle, &["mobile_sam_decoder.onnx", "damaged"])
}

#[test]
fn a_missing_list_of_models_is_named() -> Tested {
    let folder = tempfile::tempdir()?;
    let bundle = bundles::copy_to(folder.path())?;
    fs::remove_file(bundles::models(&bundle).join("manifest.toml"))?;
    fails_with(&bundle, &["manifest.toml", "Install PromptMatte again"])
}

#[test]
fn a_missing_runtime_library_is_named() -> Tested {
    let folder = tempfile::tempdir()?;
    let bundle = bundles::copy_to(folder.path())?;
    fs::remove_file(bundles::runtime(&bundle))?;
    fails_with(&bundle, &["libpromptmatte_onnxruntime.so", "is missing"])
}

#[test]
fn a_runtime_library_that_is_too_old_is_named() -> Tested {
    let folder = tempfile::tempdir()?;
    let bundle = bundles::copy_to(folder.path())?;
    let source = folder.path().join("old.c");
    // As much of ONNX Runtime as an old one shows before it is turned away.
    fs::write(
        &source,
        "static const char *version(void) { return \"1.8.1\"; }\n\
         static const void *api(unsigned v) { (void)v; return 0; }\n\
         static const struct { const void *(*api)(unsigned); const char *(*version)(void); } base = { api, version };\n\
         const void *OrtGetApiBase(void) { return &base; }\n",
    )?;
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(bundles::runtime(&bundle))
        .arg(&source)
        .status()?;
    assert!(compiled.success());
    fails_with(&bundle, &["1.8.1", "too old"])
}

#[test]
fn a_runtime_library_that_is_none_is_named() -> Tested {
    let folder = tempfile::tempdir()?;
    let bundle = bundles::copy_to(folder.path())?;
    fs::write(bundles::runtime(&bundle), b"not a library")?;
    fails_with(&bundle, &["libpromptmatte_onnxruntime.so"])
}

#[test]
fn a_binary_without_its_bundle_says_so() -> Tested {
    let folder = tempfile::tempdir()?;
    let alone = folder.path().join("PromptMatte.ofx");
    fs::copy(bundles::built()?.join("Contents/Linux-x86-64/PromptMatte.ofx"), &alone)?;
    fails_with(&alone, &["not in its bundle"])
}

#[test]
fn a_mended_installation_works_without_a_restart() -> Tested {
    let folder = tempfile::tempdir()?;
    let bundle = bundles::copy_to(folder.path())?;
    let path = bundles::models(&bundle).join("mobile_sam_encoder.onnx");
    let aside = folder.path().join("aside");
    fs::rename(&path, &aside)?;

    let host = Host::new(Profile::strict());
    let plugin = host.load(Binary::open(&bundle)?)?;
    let effect = plugin.describe_in_context(Context::Filter)?;
    let instance = effect.create(Project::new(320, 180))?;
    instance.connect("Source", Clip::still(test_picture(320, 180)))?;
    instance.set("point1Mode", 1)?;
    assert_eq!(instance.render(&Request::at(0.0))?.status, Status::FAILED);
    assert!(instance.persistent_message().is_some());
    fs::rename(&aside, &path)?;
    assert_eq!(instance.render(&Request::at(0.0))?.status, Status::OK);
    assert_eq!(instance.persistent_message(), None);
    drop((instance, effect));
    plugin.unload()?;
    host.assert_clean();
    Ok(())
}
