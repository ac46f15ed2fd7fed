"""Calls the OpenAI client, instrumented by opentelemetry-instrumentation-openai-v2, against a fake server.

Three calls of gpt-4o-mini: 1200, 800 and 400 tokens in, 50 out each; the last one streams. What is
said holds an address, for whoever captures content.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from openai import OpenAI
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor

from providers import providers

MODEL = "gpt-4o-mini"
ANSWERED_BY = "gpt-4o-mini-2024-07-18"
PROMPT_TOKENS = (1200, 800, 400)
COMPLETION_TOKENS = 50


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeOpenAI)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with providers():
        OpenAIInstrumentor().instrument()
        client = OpenAI(
            api_key="none", base_url=f"http://127.0.0.1:{server.server_port}/v1", max_retries=0
        )
        for tokens in PROMPT_TOKENS[:-1]:
            ask(client, tokens)
        for _chunk in ask(client, PROMPT_TOKENS[-1], stream=True, stream_options={"include_usage": True}):
            pass
    server.shutdown()


def ask(client, tokens, **options):
    # The user field tells the fake server how many tokens to claim.
    message = {"role": "user", "content": "write to jane.doe@example.com"}
    return client.chat.completions.create(
        model=MODEL, messages=[message], user=str(tokens), **options
    )


class FakeOpenAI(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        tokens = int(request["user"])
        usage = {
            "prompt_tokens": tokens,
            "completion_tokens": COMPLETION_TOKENS,
            "total_tokens": tokens + COMPLETION_TOKENS,
        }
        head = {"id": f"chatcmpl-{tokens}", "created": 1760000000, "model": ANSWERED_BY}
        said = {"role": "assistant", "content": "sent to jane.doe@example.com"}
        if request.get("stream"):
            head["object"] = "chat.completion.chunk"
            chunks = [
                head | {"choices": [{"index": 0, "delta": said, "finish_reason": None}]},
                head | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
                head | {"choices": [], "usage": usage},
            ]
            lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks] + ["data: [DONE]\n\n"]
            self.reply("text/event-stream", "".join(lines))
        else:
            head["object"] = "chat.completion"
            choice = {"index": 0, "message": said, "finish_reason": "stop"}
            self.reply("application/json", json.dumps(head | {"choices": [choice], "usage": usage}))

    def reply(self, kind, body):
        body = body.encode()
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        pass


if __name__ == "__main__":
    main()
