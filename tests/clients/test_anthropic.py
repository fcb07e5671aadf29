"""The official Python client of Anthropic against a real llama-server behind paddock."""

import base64
import json

import anthropic
import pytest
from samples import AFTER_TOOL, HELLO, QUESTION, TEXT, WEATHER, described, picture

TOOL = {
    "name": WEATHER["function"]["name"],
    "description": WEATHER["function"]["description"],
    "input_schema": WEATHER["function"]["parameters"],
}


@pytest.fixture(scope="module")
def client(daemon):
    return anthropic.Anthropic(base_url=daemon.url, api_key="none", max_retries=0, timeout=60)


@pytest.mark.parametrize("model", ["parrot", "claude-haiku"])
def test_message(client, model):
    answer = client.messages.create(model=model, max_tokens=20, messages=HELLO)
    assert answer.type == "message"
    assert answer.role == "assistant"
    assert [block.text for block in answer.content] == [TEXT]
    assert answer.stop_reason == "end_turn"
    assert answer.usage.output_tokens > 3


def test_message_stream(client):
    with client.messages.stream(model="parrot", max_tokens=20, messages=HELLO) as stream:
        pieces = list(stream.text_stream)
        answer = stream.get_final_message()
    assert "".join(pieces) == TEXT
    assert len(pieces) > 3
    assert answer.content[0].text == TEXT
    assert answer.stop_reason == "end_turn"


def test_count_tokens(client):
    short = client.messages.count_tokens(model="parrot", messages=HELLO).input_tokens
    long = client.messages.count_tokens(model="parrot", messages=QUESTION).input_tokens
    assert 0 < short < long


def test_tools_there_and_back(client):
    answer = client.messages.create(model="parrot", max_tokens=50, messages=QUESTION, tools=[TOOL])
    assert answer.stop_reason == "tool_use"
    call = next(block for block in answer.content if block.type == "tool_use")
    assert (call.name, call.input) == ("get_weather", {"city": "Paris"})
    asked = {"role": "assistant", "content": [block.to_dict() for block in answer.content]}
    told = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": "sunny"}]}
    answer = client.messages.create(
        model="parrot", max_tokens=50, messages=[*QUESTION, asked, told], tools=[TOOL])
    assert answer.content[0].text == AFTER_TOOL


def test_tools_streamed(client):
    with client.messages.stream(model="parrot", max_tokens=50, messages=QUESTION, tools=[TOOL]) as stream:
        pieces = [event.partial_json for event in stream if event.type == "input_json"]
        answer = stream.get_final_message()
    assert json.loads("".join(pieces)) == {"city": "Paris"}
    assert answer.stop_reason == "tool_use"


def test_picture_reaches_the_engine_whole(client):
    content = picture(200)
    source = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(content).decode()}
    message = {"role": "user", "content": [{"type": "image", "source": source}]}
    answer = client.messages.with_raw_response.create(model="eye", max_tokens=20, messages=[message])
    text = json.loads(answer.text())["choices"][0]["message"]["content"]
    assert json.loads(text) == described(content)


def test_unknown_model(client):
    with pytest.raises(anthropic.NotFoundError) as caught:
        client.messages.create(model="parot", max_tokens=20, messages=HELLO)
    error = caught.value.body["error"]
    assert "parrot" in error["message"]
    assert error["type"]
