//! A generated crate and the programs that use it, in a workspace with its own target folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cost::{Cost, Fallible};

/// The build mode of a crate or a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The profile `dev`, not incremental.
    Debug,
    /// The profile `dev`, incremental: what `cargo build` does by default.
    Incremental,
    /// The profile `release`.
    Release,
}

impl Mode {
    /// All modes.
    pub const ALL: [Self; 3] = [Self::Debug, Self::Incremental, Self::Release];

    /// The name in the tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Incremental => "incremental",
            Self::Release => "release",
        }
    }
}

/// A generated crate and the programs that use it.
#[derive(Debug)]
pub struct Subject {
    folder: PathBuf,
}

impl Subject {
    /// Writes the workspace `target/builds/NAME` of this repository. `client` writes the package
    /// of the crate into a folder. The crate has the name `package` in the programs' manifest.
    ///
    /// # Errors
    ///
    /// Returns an error if a file cannot be written, or the error of `client`.
    pub fn new(
        name: &str,
        package: &str,
        programs: &[(&str, &str)],
        client: impl FnOnce(&Path) -> Fallible<()>,
    ) -> Fallible<Self> {
        let folder = repository().join("target/builds").join(name);
        for part in ["client", "programs"] {
            match fs::remove_dir_all(folder.join(part)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error.into());
                }
                _ => {}
            }
        }
        fs::create_dir_all(folder.join("client"))?;
        fs::create_dir_all(folder.join("programs/src/bin"))?;
        client(&folder.join("client"))?;
        let members = if programs.is_empty() {
            "\"client\""
        } else {
            "\"client\", \"programs\""
        };
        fs::write(
            folder.join("Cargo.toml"),
            format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n"),
        )?;
        fs::write(
            folder.join("programs/Cargo.toml"),
            format!(
                "[package]\nname = \"programs\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [dependencies]\n\
                 tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n\
                 {package} = {{ path = \"../client\" }}\n"
            ),
        )?;
        for (program, text) in programs {
            let path = format!("programs/src/bin/{program}.rs");
            fs::write(folder.join(path), text)?;
        }
        // The same versions of the dependencies for all subjects.
        fs::copy(repository().join("Cargo.lock"), folder.join("Cargo.lock"))?;
        Ok(Self { folder })
    }

    /// Builds the crate. Its dependencies are built before, and are not measured.
    ///
    /// # Errors
    ///
    /// Returns an error if the crate does not compile.
    pub fn build_client(&self, mode: Mode) -> Fallible<Cost> {
        let arguments = ["build", "--lib", "--manifest-path", "client/Cargo.toml"];
        Cost::of(&mut self.cargo(&arguments, mode))?;
        touch(&self.folder.join("client/src/lib.rs"))?;
        Cost::of(&mut self.cargo(&arguments, mode))
    }

    /// Builds a program after an edit. The crate is built before, and is not measured.
    ///
    /// # Errors
    ///
    /// Returns an error if the program does not compile.
    pub fn rebuild(&self, program: &str, mode: Mode, round: usize) -> Fallible<Cost> {
        let arguments = ["build", "--bin", program];
        Cost::of(&mut self.cargo(&arguments, mode))?;
        self.edit(program, round)?;
        Cost::of(&mut self.cargo(&arguments, mode))
    }

    /// Builds a program and all its dependencies into an empty folder. The client is built without
    /// incremental compilation, like a package from a registry or a Git repository.
    ///
    /// # Errors
    ///
    /// Returns an error if the program does not compile.
    pub fn first_build(&self, program: &str) -> Fallible<Cost> {
        let target = self.folder.join("first-build");
        let mut build = self.cargo(&["build", "--bin", program], Mode::Debug);
        let cost = Cost::of(build.env("CARGO_TARGET_DIR", &target));
        fs::remove_dir_all(&target)?;
        cost
    }

    /// Builds a program in release mode, and returns its path.
    ///
    /// # Errors
    ///
    /// Returns an error if the program does not compile.
    pub fn release_binary(&self, program: &str) -> Fallible<PathBuf> {
        let arguments = ["build", "--bin", program];
        Cost::of(&mut self.cargo(&arguments, Mode::Release))?;
        let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
        Ok(self.folder.join("target/release").join(name))
    }

    /// Counts the LLVM IR lines of a program, without its dependencies.
    ///
    /// # Errors
    ///
    /// Returns an error if the program does not compile.
    pub fn llvm_lines(&self, program: &str) -> Fallible<usize> {
        let emit = ["--", "--emit=llvm-ir", "-Ccodegen-units=1"];
        let arguments = [
            &["rustc", "--package", "programs", "--bin", program],
            &emit[..],
        ]
        .concat();
        Cost::of(&mut self.cargo(&arguments, Mode::Debug))?;
        let built = fs::read_dir(self.folder.join("target/debug/deps"))?;
        let built = built.filter_map(|entry| Some(entry.ok()?.path()));
        let prefix = format!("{program}-");
        let of_program = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(&prefix) && name.ends_with(".ll")
        };
        let file = built
            .filter(of_program)
            .max_by_key(|path| fs::metadata(path).and_then(|it| it.modified()).ok())
            .ok_or("the compiler wrote no LLVM file")?;
        let text = fs::read_to_string(file)?;
        Ok(text.lines().filter(|line| line.starts_with("  ")).count())
    }

    /// Edits a program, like a programmer between two builds.
    fn edit(&self, program: &str, round: usize) -> Fallible<()> {
        let path = self.folder.join(format!("programs/src/bin/{program}.rs"));
        let text = fs::read_to_string(&path)?;
        let unedited = text.split("\n// Edit ").next().unwrap_or(&text).trim_end();
        let edit = format!("{unedited}\n// Edit {round}\nconst _: usize = {round};\n");
        Ok(fs::write(path, edit)?)
    }

    fn cargo(&self, arguments: &[&str], mode: Mode) -> Command {
        let mut command = Command::new(env!("CARGO"));
        command.arg(arguments[0]);
        if mode == Mode::Release {
            command.arg("--release");
        }
        let incremental = if mode == Mode::Incremental { "1" } else { "0" };
        command
            .args(&arguments[1..])
            .current_dir(&self.folder)
            .env("CARGO_INCREMENTAL", incremental)
            .env("CARGO_TARGET_DIR", self.folder.join("target"));
        command
    }
}

/// The root of this repository.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Copies a folder with its subfolders.
///
/// # Errors
///
/// Returns an error if a file cannot be read or written.
pub fn copy_folder(from: &Path, to: &Path) -> Fallible<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn touch(path: &Path) -> Fallible<()> {
    let file = fs::File::options().append(true).open(path)?;
    Ok(file.set_modified(std::time::SystemTime::now())?)
}
