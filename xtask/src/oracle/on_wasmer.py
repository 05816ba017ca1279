"""Runs a WASIX module under Wasmer, on the host's network: on_wasmer.py MODULE NAME=VALUE... -- WORD...

What the guest prints is printed as it comes, and its exit code is the exit code.
"""

import asyncio
import os
import sys

from wasmer_sdk import PackageCommandDefinition, PackageDefinition, Wasmer


async def copy(stream, to):
    async for chunk in stream:
        to.buffer.write(chunk)
        to.buffer.flush()


async def run(path, environment, words):
    with open(path, "rb") as file:
        module = file.read()
    commands = {"guest": PackageCommandDefinition(module="guest")}
    definition = PackageDefinition(modules={"guest": module}, commands=commands)
    async with Wasmer() as wasmer:
        package = await wasmer.packages.create(definition)
        sandbox = await wasmer.sandboxes.create(packages=[package], network="host")
        async with sandbox:
            process = await sandbox.command("guest", words, env=environment).spawn()
            await asyncio.gather(
                copy(process.stdout, sys.stdout), copy(process.stderr, sys.stderr)
            )
            return (await process.wait()).exit_code


end = sys.argv.index("--")
variables = dict(word.split("=", 1) for word in sys.argv[2:end])
code = asyncio.run(run(sys.argv[1], variables, sys.argv[end + 1 :]))
# Threads of Wasmer are left, and some of them abort the interpreter when it takes itself apart.
sys.stdout.flush()
sys.stderr.flush()
os._exit(code)
