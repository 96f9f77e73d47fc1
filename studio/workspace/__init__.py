"""The hall between the rooms: `Workspace`, through which page, route, command, endpoint and worker come alike.

A verb exists for all of them or for none. This package is the only importer of `store`; it applies the rules
of `core` before anything is written, and it never imports TensorFlow, Streamlit or FastAPI.
"""

from __future__ import annotations

from studio.store.artifacts import Artifacts
from studio.store.node_outputs import NodeOutputs
from studio.store.staging import staging_key
from studio.workspace.cards import Cards
from studio.workspace.comparison import Comparison
from studio.workspace.datasets import manifest_of, split_kept
from studio.workspace.examples import Examples
from studio.workspace.explanations import Explanations
from studio.workspace.exports import export_name, open_content
from studio.workspace.hall import DATA, default_home
from studio.workspace.inference import preparation
from studio.workspace.label_verdicts import LabelVerdicts
from studio.workspace.machine import Machines
from studio.workspace.manifest import alike_groups, build_manifest, near_groups, split_counts
from studio.workspace.model_files import check_output
from studio.workspace.quality import active_split
from studio.workspace.queues import store_prelabels
from studio.workspace.request_labels import RequestLabels
from studio.workspace.review_acts import ReviewActs
from studio.workspace.run_records import RunRecords
from studio.workspace.schedules import Schedules
from studio.workspace.session_files import SessionFiles
from studio.workspace.slices import Slices
from studio.workspace.table_manifest import (
    check_rows,
    features_of,
    join_rows,
    open_classed,
    open_rows,
    put_frame,
    row_groups,
    samples_of,
    table_columns,
    table_manifest,
    target_labels,
)
from studio.workspace.uploads import Uploads

__all__ = [
    "DATA",
    "Artifacts",
    "NodeOutputs",
    "Workspace",
    "active_split",
    "alike_groups",
    "build_manifest",
    "check_output",
    "check_rows",
    "default_home",
    "export_name",
    "features_of",
    "join_rows",
    "manifest_of",
    "near_groups",
    "open_classed",
    "open_content",
    "open_rows",
    "preparation",
    "put_frame",
    "row_groups",
    "samples_of",
    "split_counts",
    "split_kept",
    "staging_key",
    "store_prelabels",
    "table_columns",
    "table_manifest",
    "target_labels",
]


class Workspace(
    Schedules,
    Comparison,
    ReviewActs,
    RequestLabels,
    Explanations,
    SessionFiles,
    LabelVerdicts,
    Slices,
    Uploads,
    Cards,
    RunRecords,
    Machines,
    Examples,
):
    """One directory with everything in it: datasets, annotations, runs, models, endpoints.

    Example:
        >>> import tempfile
        >>> workspace = Workspace.open(tempfile.mkdtemp())
        >>> from studio.core.sources import DigitsSource
        >>> workspace.add_dataset("digits", DigitsSource()).count
        1797
    """
