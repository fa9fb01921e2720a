//! The first databases of a process, opened by several threads at once.

mod common;

use std::sync::Barrier;

use common::office;

/// SQLite counts as ready before SQLCipher is: whoever came in between could set no key.
#[test]
fn the_first_offices_of_a_process_open_side_by_side() {
    const THREADS: usize = 16;
    let start = Barrier::new(THREADS);
    std::thread::scope(|scope| {
        let opened: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    office()
                })
            })
            .collect();
        for thread in opened {
            thread.join().unwrap();
        }
    });
}
