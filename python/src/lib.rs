//! The module that `import tieout` calls: reports in, the JSON of the program out. docs/src/python.md is its manual.

mod config;
mod linter;

use pyo3::prelude::*;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pyo3::create_exception!(
    tieout,
    ConfigError,
    pyo3::exceptions::PyValueError,
    "A configuration, a pack or the name of a rule that cannot be used; says where and why."
);

#[pymodule]
fn _tieout(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("ConfigError", module.py().get_type::<ConfigError>())?;
    module.add_class::<linter::Linter>()
}
