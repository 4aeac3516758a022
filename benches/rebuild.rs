//! `cargo bench -p benches --bench rebuild`: measures the rebuild time of a program with ten calls
//! after an edit, and its number of LLVM IR lines.
//!
//! `-- NAME=FOLDER …` adds programs, each a package in its folder, for example a program that uses
//! the crate of another generator. All programs are built alternately. Each ratio is the time of
//! the first program divided by the time of the other program in the same rounds.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use benches::server::arguments;

type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The number of edits and builds of each program, of which the median is printed.
const ROUNDS: usize = 5;

const PROGRAM: &str = include_str!("programs/ten_calls.rs");

/// A build mode: its name, the arguments of cargo, and the value of `CARGO_INCREMENTAL`.
const MODES: [(&str, &[&str], &str); 3] = [
    ("debug", &[], "0"),
    ("incremental", &[], "1"),
    ("release", &["--release"], "0"),
];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Fallible<()> {
    let mut programs = vec![Program::on_the_client()?];
    for argument in arguments() {
        let (name, folder) = argument
            .split_once('=')
            .ok_or_else(|| format!("`{argument}` is not NAME=FOLDER"))?;
        programs.push(Program {
            name: name.to_owned(),
            folder: fs::canonicalize(folder)?,
        });
    }
    println!(
        "{:<24} {:>12} {:>12} {:>12} {:>12}",
        "", "LLVM lines", "debug", "incremental", "release"
    );
    let lines = programs.iter().map(Program::llvm_lines);
    let lines: Vec<usize> = lines.collect::<Fallible<_>>()?;
    let mut seconds = vec![Vec::new(); programs.len()];
    for (_, arguments, incremental) in MODES {
        for (program, median) in rebuilt(&programs, arguments, incremental)?
            .iter()
            .enumerate()
        {
            seconds[program].push(*median);
        }
    }
    for (position, program) in programs.iter().enumerate() {
        print!("{:<24} {:>12}", program.name, lines[position]);
        for (mode, median) in seconds[position].iter().enumerate() {
            let ratio = seconds[0][mode] / median;
            print!(" {median:>6.2}s {ratio:>4.2}");
        }
        println!();
    }
    Ok(())
}

/// Edits and builds the programs alternately, and returns the median of the seconds of each.
fn rebuilt(programs: &[Program], arguments: &[&str], incremental: &str) -> Fallible<Vec<f64>> {
    let mut seconds = vec![Vec::new(); programs.len()];
    for program in programs {
        program.build(arguments, incremental)?;
    }
    for round in 0..ROUNDS {
        for (position, program) in programs.iter().enumerate() {
            program.edit(round)?;
            let begin = Instant::now();
            program.build(arguments, incremental)?;
            seconds[position].push(begin.elapsed().as_secs_f64());
        }
    }
    let medians = seconds.into_iter().map(|mut seconds| {
        seconds.sort_by(f64::total_cmp);
        seconds[ROUNDS / 2]
    });
    Ok(medians.collect())
}

/// A package with one program.
struct Program {
    name: String,
    folder: PathBuf,
}

impl Program {
    /// Writes the program with ten calls that uses the client of this repository.
    fn on_the_client() -> Fallible<Self> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let folder = repository.join("target/ten-calls");
        fs::create_dir_all(folder.join("src"))?;
        let manifest = "[package]\nname = \"ten-calls\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n\
             tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n\
             twelvelabs = { path = \"../../generated-client\" }\n\n[workspace]\n";
        fs::write(folder.join("Cargo.toml"), manifest)?;
        fs::write(folder.join("src/main.rs"), PROGRAM)?;
        fs::copy(repository.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        Ok(Self {
            name: "twelvelabs".to_owned(),
            folder,
        })
    }

    /// Edits the program, like a programmer between two builds.
    fn edit(&self, round: usize) -> Fallible<()> {
        let path = self.folder.join("src/main.rs");
        let text = fs::read_to_string(&path)?;
        let edited = text.split("\n// Edit ").next().unwrap_or(&text).trim_end();
        let edit = format!("{edited}\n// Edit {round}\nconst _: usize = {round};\n");
        Ok(fs::write(path, edit)?)
    }

    fn build(&self, arguments: &[&str], incremental: &str) -> Fallible<()> {
        self.cargo(&[&["build", "--quiet"], arguments].concat(), incremental)
    }

    /// Counts the LLVM IR lines of the program, without its dependencies.
    fn llvm_lines(&self) -> Fallible<usize> {
        self.cargo(&["build", "--quiet"], "0")?;
        self.edit(ROUNDS)?;
        let emit = [
            "rustc",
            "--quiet",
            "--",
            "--emit=llvm-ir",
            "-Ccodegen-units=1",
        ];
        self.cargo(&emit, "0")?;
        let built = fs::read_dir(self.folder.join("target/debug/deps"))?;
        let built = built.filter_map(|entry| Some(entry.ok()?.path()));
        let file = built
            .filter(|path| path.extension().is_some_and(|extension| extension == "ll"))
            .max_by_key(|path| fs::metadata(path).and_then(|it| it.modified()).ok())
            .ok_or("the compiler wrote no LLVM file")?;
        let text = fs::read_to_string(file)?;
        let is_code = |line: &&str| line.starts_with("  ");
        Ok(text.lines().filter(is_code).count())
    }

    fn cargo(&self, arguments: &[&str], incremental: &str) -> Fallible<()> {
        let status = Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(&self.folder)
            .env("CARGO_INCREMENTAL", incremental)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .status()?;
        if status.success() {
            return Ok(());
        }
        Err(format!(
            "`cargo {}` failed in {}",
            arguments.join(" "),
            self.folder.display()
        )
        .into())
    }
}
