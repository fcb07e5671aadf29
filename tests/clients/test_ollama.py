"""The official Python client of Ollama, which translates nothing itself, against real engines behind paddock."""

import json
from datetime import timezone

import ollama
import pytest
from harness import eventually
from samples import AFTER_TOOL, HELLO, QUESTION, TEXT, WEATHER, described, picture


@pytest.fixture(scope="module")
def client(daemon):
    return ollama.Client(host=daemon.url, timeout=60)


def check_counts(answer):
    assert answer.done is True
    assert answer.done_reason == "stop"
    assert answer.created_at
    assert answer.prompt_eval_count > 0
    assert answer.eval_count > 3
    assert answer.total_duration > 0


def test_list(client):
    models = {model.model: model for model in client.list().models}
    assert set(models) >= {"parrot:latest", "tiny-embed:latest", "eye:latest"}
    assert "hidden:latest" not in models
    assert models["parrot:latest"].modified_at.astimezone(timezone.utc)
    assert models["parrot:latest"].details is not None


@pytest.mark.parametrize("model", ["parrot", "parrot:latest", "gpt-4o-mini"])
def test_chat(client, model):
    answer = client.chat(model=model, messages=HELLO, options={"num_predict": 20, "temperature": 0, "seed": 1})
    assert answer.message.role == "assistant"
    assert answer.message.content == TEXT
    check_counts(answer)


def test_chat_stream(client):
    parts = list(client.chat(model="parrot", messages=HELLO, stream=True))
    pieces = [part.message.content for part in parts if part.message.content]
    assert "".join(pieces) == TEXT
    assert len(pieces) > 3
    assert [part.done for part in parts[:-1]] == [False] * (len(parts) - 1)
    check_counts(parts[-1])


def test_chat_answers_no_more_than_asked_for(client):
    answer = client.chat(model="parrot", messages=HELLO, options={"num_predict": 2})
    assert answer.done_reason == "length"
    assert answer.eval_count == 2
    assert TEXT.startswith(answer.message.content)


def test_generate(client):
    answer = client.generate(model="parrot", prompt="Hello.")
    assert answer.response == TEXT
    check_counts(answer)


def test_generate_stream(client):
    parts = list(client.generate(model="parrot", prompt="Hello.", stream=True))
    assert "".join(part.response for part in parts) == TEXT
    check_counts(parts[-1])


def test_generate_raw(client):
    assert client.generate(model="parrot", prompt="One, two,", raw=True).response == TEXT


def test_tools_there_and_back(client):
    answer = client.chat(model="parrot", messages=QUESTION, tools=[WEATHER])
    call = answer.message.tool_calls[0].function
    assert (call.name, call.arguments) == ("get_weather", {"city": "Paris"})
    told = {"role": "tool", "tool_name": "get_weather", "content": "sunny"}
    answer = client.chat(model="parrot", messages=[*QUESTION, answer.message, told], tools=[WEATHER])
    assert answer.message.content == AFTER_TOOL


def test_tools_streamed(client):
    parts = list(client.chat(model="parrot", messages=QUESTION, tools=[WEATHER], stream=True))
    calls = [call.function for part in parts for call in part.message.tool_calls or []]
    assert [(call.name, call.arguments) for call in calls] == [("get_weather", {"city": "Paris"})]
    assert parts[-1].done


def test_picture_reaches_the_engine_whole(client):
    content = picture(200)
    message = {"role": "user", "content": "What is this?", "images": [content]}
    answer = client.chat(model="eye", messages=[message])
    assert json.loads(answer.message.content) == described(content)


def test_embed(client):
    answer = client.embed(model="tiny-embed", input=["one text", "another"])
    assert [len(vector) for vector in answer.embeddings] == [64, 64]
    assert answer.embeddings[0] != answer.embeddings[1]
    assert len(client.embed(model="tiny-embed", input="one text").embeddings) == 1


def test_embeddings_as_they_were(client):
    assert len(client.embeddings(model="tiny-embed", prompt="one text").embedding) == 64


def test_show(client):
    shown = client.show("parrot")
    assert "completion" in shown.capabilities
    assert shown.details is not None
    assert isinstance(shown.modelinfo, dict)


def test_ps(client):
    client.chat(model="parrot", messages=HELLO)
    running = {model.name: model for model in client.ps().models}
    assert "parrot:latest" in running
    assert running["parrot:latest"].model == "parrot:latest"


def test_empty_chat_loads_and_keep_alive_0_unloads(client, daemon):
    client.generate(model="parrot", prompt="")
    assert daemon.model("parrot")["state"] == "ready"
    answer = client.generate(model="parrot", prompt="", keep_alive=0)
    assert answer.done
    eventually("parrot is unloaded", lambda: daemon.model("parrot")["state"] == "stopped")


def test_version(daemon):
    answer = daemon.get("/api/version")
    assert [part.isdigit() for part in answer["version"].split(".")] == [True] * 3


def test_unknown_model(client):
    with pytest.raises(ollama.ResponseError) as caught:
        client.chat(model="parot", messages=HELLO)
    assert caught.value.status_code == 404
    assert "parrot" in caught.value.error
    with pytest.raises(ollama.ResponseError) as caught:
        list(client.chat(model="parot", messages=HELLO, stream=True))
    assert caught.value.status_code == 404


def test_what_only_ollama_can_do_is_refused_in_a_sentence(client):
    with pytest.raises(ollama.ResponseError) as caught:
        client.pull("llama3")
    assert caught.value.status_code == 501
    assert " " in caught.value.error
    with pytest.raises(ollama.ResponseError) as caught:
        client.delete("parrot")
    assert caught.value.status_code == 501


def test_failed_start_says_why(client):
    with pytest.raises(ollama.ResponseError) as caught:
        client.chat(model="no-file", messages=HELLO)
    assert caught.value.status_code == 503
    assert "no-file" in caught.value.error
