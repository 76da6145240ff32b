"""The findings of a folder of reports, by Spark: python spark.py REPORTS FINDINGS.parquet"""

import sys
from pathlib import Path

import tieout
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema

KINDS = "*.{txt,md,html,htm,docx,xlsx,xls,ods,csv,tsv,pdf}"


def reports(spark: SparkSession, folder: str) -> DataFrame:
    """The files below a folder: their paths within it, and their bytes."""
    root = Path(folder).resolve().as_uri().replace("file://", "file:") + "/"
    files = spark.read.format("binaryFile").option("recursiveFileLookup", True).option("pathGlobFilter", KINDS)
    return files.load(folder).select(F.replace("path", F.lit(root), F.lit("")).alias("path"), "content")


def check(batches):
    """Runs in the workers. Spark has a task for each core, so that one thread each is enough."""
    for batch in batches:
        yield tieout.check_table(batch, threads=1)


def findings(spark: SparkSession, folder: str) -> DataFrame:
    """The findings of all reports below a folder, in no order."""
    return reports(spark, folder).mapInArrow(check, from_arrow_schema(tieout.schema()))


if __name__ == "__main__":
    spark = SparkSession.builder.master("local[2]").getOrCreate()
    findings(spark, sys.argv[1]).write.parquet(sys.argv[2])
