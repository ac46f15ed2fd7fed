"""An agent and its MCP server, official SDK over stdio; both sides trace themselves.

The agent calls `search` three times and `broken` once, which fails. `mcp_agent.py serve` is the server.
"""

import asyncio
import os
import sys

from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.stdio import stdio_client
from mcp.server import MCPServer
from opentelemetry import trace

from providers import providers

SEARCHES = 3


def main():
    with providers():
        if sys.argv[1:] == ["serve"]:
            serve()
        else:
            asyncio.run(act())


def serve():
    server = MCPServer("proof")

    @server.tool()
    def search(query: str) -> str:
        return f"nothing about {query}"

    @server.tool()
    def broken() -> str:
        raise RuntimeError("out of order")

    server.run("stdio")


async def act():
    # The SDK hands a server only a few harmless variables; this one needs the OTEL_* ones too.
    me = StdioServerParameters(
        command=sys.executable, args=[__file__, "serve"], env=dict(os.environ)
    )
    tracer = trace.get_tracer("proof")
    with tracer.start_as_current_span("invoke_agent researcher"):
        async with Client(stdio_client(me)) as client:
            for number in range(SEARCHES):
                await client.call_tool("search", {"query": f"jane.doe{number}@example.com"})
            await client.call_tool("broken", {})


if __name__ == "__main__":
    main()
