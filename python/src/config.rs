//! A configuration as Python has it: the text of a `tieout.toml`, or a dict with the same keys.

use std::path::PathBuf;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyInt, PyString};
use tieout::config::Config;
use tieout::lint::{Flawed, SetupError};
use tieout::rules::mistake::PackFile;
use toml::{Table, Value};

use crate::ConfigError;

/// What it is called where a mistake in it is shown.
const NAME: &str = "config";

/// Reads a configuration. Its folders are told from the working folder.
pub fn read(config: &Bound<'_, PyAny>) -> PyResult<Config> {
    let text = match config.cast::<PyString>() {
        Ok(text) => text.extract()?,
        Err(_) => written(config)?,
    };
    let file = PackFile { path: NAME.to_owned(), within: NAME.to_owned(), pack: String::new(), text };
    Config::parse(file, PathBuf::new()).map_err(|(file, mistakes)| {
        let flawed = Flawed { files: vec![file], mistakes };
        ConfigError::new_err(SetupError::Mistakes(vec![flawed]).to_string())
    })
}

/// A dict as TOML, so that there is one reader of configurations, and mistakes have a place.
fn written(config: &Bound<'_, PyAny>) -> PyResult<String> {
    let Ok(dict) = config.cast::<PyDict>() else {
        let kind = config.get_type().name()?;
        return Err(PyTypeError::new_err(format!(
            "config must be a dict or the text of a tieout.toml, not {kind}"
        )));
    };
    toml::to_string(&table(dict, NAME)?).map_err(|error| ConfigError::new_err(error.to_string()))
}

fn table(dict: &Bound<'_, PyDict>, at: &str) -> PyResult<Table> {
    let mut table = Table::new();
    for (key, inner) in dict {
        let key: String =
            key.extract().map_err(|_| PyTypeError::new_err(format!("the keys of {at} must be str")))?;
        let inner = value(&inner, &format!("{at}[{key:?}]"))?;
        table.insert(key, inner);
    }
    Ok(table)
}

fn value(given: &Bound<'_, PyAny>, at: &str) -> PyResult<Value> {
    if let Ok(dict) = given.cast::<PyDict>() {
        return Ok(Value::Table(table(dict, at)?));
    }
    if given.is_instance_of::<PyBool>() {
        return Ok(Value::Boolean(given.extract()?));
    }
    if given.is_instance_of::<PyInt>() {
        return Ok(Value::Integer(given.extract()?));
    }
    if given.is_instance_of::<PyString>() {
        return Ok(Value::String(given.extract()?));
    }
    if given.hasattr("isoformat")? {
        let text: String = given.call_method0("isoformat")?.extract()?;
        let date = text.parse().map_err(|_| PyTypeError::new_err(format!("{at}: {text} is no date")))?;
        return Ok(Value::Datetime(date));
    }
    // Numbers that are printed as they were written, such as those of the module `decimal`, and paths.
    if let Ok(number) = given.extract() {
        return Ok(Value::Float(number));
    }
    if let Ok(path) = given.extract::<PathBuf>() {
        return Ok(Value::String(path.to_string_lossy().into_owned()));
    }
    let items = given.try_iter().map_err(|_| {
        PyTypeError::new_err(format!(
            "{at} cannot be {}",
            given.get_type().name().map_or_else(|_| String::new(), |name| name.to_string())
        ))
    })?;
    let mut list = Vec::new();
    for (number, item) in items.enumerate() {
        list.push(value(&item?, &format!("{at}[{number}]"))?);
    }
    Ok(Value::Array(list))
}
