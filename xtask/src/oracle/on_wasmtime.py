"""Runs a WASIp2 component under wasmtime, on the host's network: on_wasmtime.py COMPONENT -- WORD...

The guest has the standard streams of this process, and its exit code is the exit code.
"""

import sys

from wasmtime import Engine, ExitTrap, Store, WasiConfig, _bindings
from wasmtime.component import Component, Linker

path, words = sys.argv[1], sys.argv[3:]
engine = Engine()
config = WasiConfig()
config.argv = ["guest", *words]
config.inherit_stdout()
config.inherit_stderr()
# The package has no methods for these two yet, only its library has.
_bindings.wasi_config_inherit_network(config.ptr())
_bindings.wasi_config_allow_ip_name_lookup(config.ptr(), True)
store = Store(engine)
store.set_wasi(config)
linker = Linker(engine)
linker.add_wasip2()
component = Component.from_file(engine, path)
instance = linker.instantiate(store, component)
interface = next(
    name for name in component.type.exports(engine) if name.startswith("wasi:cli/run@")
)
run = instance.get_func(
    store, instance.get_export_index(store, "run", instance.get_export_index(store, interface))
)
try:
    sys.exit(run(store).tag != "ok")
except ExitTrap as end:
    sys.exit(end.code)
