"""The plugin host: configuration, manifests, discovery, and what was declared."""

from bole.host.config import Config, find_config, read_config
from bole.host.discovery import installed
from bole.host.host import Host
from bole.host.manifest import API, Manifest, read_manifest
from bole.host.registry import Registry

__all__ = ["API", "Config", "Host", "Manifest", "Registry", "find_config", "installed", "read_config", "read_manifest"]
