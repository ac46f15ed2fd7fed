//! What does a span cost the tail sampler, an open trace in memory, and a million of them in time?
//!
//! ```sh
//! bin=$(cargo bench --bench tail --no-run 2>&1 | sed -n 's/.*tail.*(\(.*\))/\1/p')
//! $bin memory 100000 12                  # resident bytes per open trace of 12 spans
//! $bin open 10000 100000 1000000         # CPU per span and decision lag with so many traces open
//! for job in walk carry hold decide; do        # instructions per span: differences, divided
//!   for rounds in 100 300; do
//!     valgrind --tool=callgrind --callgrind-out-file=/dev/null $bin $job $rounds 2>&1 | grep refs
//!   done
//! done
//! ```

mod cost;
mod lags;
mod memory;
mod open;
mod sampler;
mod traffic;

use std::process::ExitCode;

/// As in the service.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    let numbers: Vec<u64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let number = |place: usize, default| numbers.get(place).copied().unwrap_or(default);
    let report = match words.first().map(String::as_str) {
        Some("walk") => cost::walk(number(0, 300)),
        Some("hold") => cost::hold(number(0, 300)),
        Some("carry") => cost::carry(number(0, 300)),
        Some("decide") | None => cost::decide(number(0, 300)),
        Some("memory") => memory::run(number(0, 20_000), number(1, 12)),
        Some("open") if numbers.is_empty() => open::run(&[10_000]),
        Some("open") => open::run(&numbers),
        Some(other) => {
            format!("`{other}` is none of `walk`, `carry`, `hold`, `decide`, `memory`, `open`")
        }
    };
    let _gone = std::io::Write::write_fmt(&mut std::io::stdout(), format_args!("{report}\n"));
    ExitCode::SUCCESS
}
