"""What the plugin declares, with the code behind it."""

from __future__ import annotations

from bole import Connector, Label, OrgSource
from bole_connectors.importing import import_files
from bole_connectors.snapshots import read_snapshot, snapshot_addresses
from bole_connectors.statements import state
from bole_connectors.steps import run_steps

CONNECTORS = (
    Connector("csv", Label("CSV 文件", "CSV files"), import_files),
    Connector("excel", Label("Excel 工作簿", "Excel workbooks"), import_files),
    Connector("statements", Label("TOML 声明", "Statements in TOML"), state),
    Connector("steps", Label("分步导入", "Several imports in order"), run_steps),
)
ORG_SOURCES = (OrgSource("connectors.snapshot", Label("组织架构快照文件", "Files with dated snapshots"), read_snapshot, snapshot_addresses),)
