//! Reads the declarations of the runtime, which `api.txt` of each crate lists. The runtime is
//! constant, and parsing it takes longer than emitting the rest of a small crate.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::{env, fs};

/// The modules of the crate that read declarations.
#[allow(dead_code, reason = "emission uses the rest")]
#[path = "src/public_api"]
mod public_api {
    mod attributes;
    mod bodies;
    mod implementations;
    mod items;
    mod macros;
    pub(super) mod module;
    pub(super) mod source;
    mod text;
}

use public_api::module::Module;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = Path::new("runtime");
    let mut modules = BTreeMap::new();
    read(runtime, runtime, &mut modules)?;
    let to = Path::new(&env::var("OUT_DIR")?).join("runtime.json");
    fs::write(to, serde_json::to_string(&modules)?)?;
    for path in ["build.rs", "runtime", "src/public_api"] {
        println!("cargo::rerun-if-changed={path}");
    }
    Ok(())
}

/// Reads the modules in a folder of the runtime, by path without the extension.
fn read(
    folder: &Path,
    runtime: &Path,
    modules: &mut BTreeMap<String, Module>,
) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(&path, runtime, modules)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(runtime)?.with_extension("");
            let name = name.to_string_lossy().replace('\\', "/");
            modules.insert(name, public_api::source::read(&fs::read_to_string(&path)?)?);
        }
    }
    Ok(())
}
