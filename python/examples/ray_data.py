"""The findings of a folder of reports, by Ray Data: python ray_data.py REPORTS FINDINGS"""

import sys

import pyarrow
import ray
import tieout

KINDS = ["txt", "md", "html", "htm", "docx", "xlsx", "xls", "ods", "csv", "tsv", "pdf"]


def check(batch: pyarrow.Table, folder: str) -> pyarrow.Table:
    """Runs in the workers. Ray has a task for each core, so that one thread each is enough."""
    paths = [path.removeprefix(folder).lstrip("/") for path in batch["path"].to_pylist()]
    return tieout.check_table(pyarrow.table({"path": paths, "content": batch["bytes"]}), threads=1)


def findings(folder: str) -> ray.data.Dataset:
    """The findings of all reports below a folder, in no order."""
    files = ray.data.read_binary_files(folder, include_paths=True, file_extensions=KINDS)
    return files.map_batches(check, batch_format="pyarrow", batch_size=256, fn_kwargs={"folder": folder})


if __name__ == "__main__":
    findings(sys.argv[1]).write_parquet(sys.argv[2])
