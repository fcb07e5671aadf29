"""The official Python client of OpenAI against real engines behind paddock."""

import base64
import json
import urllib.request

import openai
import pytest
from harness import eventually
from samples import AFTER_TOOL, HELLO, QUESTION, TEXT, WEATHER, described, picture
from sound import form, sine_wave


@pytest.fixture(scope="module")
def client(daemon):
    # No retries: an answer that needs one is a failure here.
    return openai.OpenAI(base_url=daemon.url + "/v1", api_key="none", max_retries=0, timeout=60)


def with_picture(content):
    url = "data:image/png;base64," + base64.b64encode(content).decode()
    parts = [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": url}}]
    return [{"role": "user", "content": parts}]


@pytest.mark.parametrize("model", ["parrot", "gpt-4o-mini", "org/parrot"])
def test_chat(client, model):
    answer = client.chat.completions.create(model=model, messages=HELLO)
    assert answer.object == "chat.completion"
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].message.content == TEXT
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_chat_stream(client):
    stream = client.chat.completions.create(
        model="parrot", messages=HELLO, stream=True, stream_options={"include_usage": True})
    chunks = list(stream)
    pieces = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices and chunk.choices[0].delta.content]
    assert "".join(pieces) == TEXT
    assert len(pieces) > 3
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage.completion_tokens > 3


def test_async_clients_side_by_side(daemon):
    import asyncio

    async def ask_all():
        async with openai.AsyncOpenAI(base_url=daemon.url + "/v1", api_key="none", max_retries=0, timeout=60) as client:
            asked = [client.chat.completions.create(model="parrot", messages=HELLO) for _ in range(8)]
            return await asyncio.gather(*asked)

    assert [answer.choices[0].message.content for answer in asyncio.run(ask_all())] == [TEXT] * 8


def test_raw_answer_has_a_request_id(client):
    answer = client.chat.completions.with_raw_response.create(model="parrot", messages=HELLO)
    assert answer.headers["x-request-id"]
    assert answer.parse().choices[0].message.content == TEXT


def test_tools_there_and_back(client):
    answer = client.chat.completions.create(model="parrot", messages=QUESTION, tools=[WEATHER])
    assert answer.choices[0].finish_reason == "tool_calls"
    message = answer.choices[0].message
    assert message.tool_calls[0].function.name == "get_weather"
    assert json.loads(message.tool_calls[0].function.arguments) == {"city": "Paris"}
    told = {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "sunny"}
    answer = client.chat.completions.create(
        model="parrot", messages=[*QUESTION, message.to_dict(), told], tools=[WEATHER])
    assert answer.choices[0].message.content == AFTER_TOOL


def test_tools_streamed(client):
    with client.chat.completions.stream(model="parrot", messages=QUESTION, tools=[WEATHER]) as stream:
        kinds = [event.type for event in stream]
        answer = stream.get_final_completion()
    assert kinds.count("tool_calls.function.arguments.delta") > 1
    call = answer.choices[0].message.tool_calls[0]
    assert json.loads(call.function.arguments) == {"city": "Paris"}


def test_completions(client):
    answer = client.completions.create(model="parrot", prompt="One, two,")
    assert answer.object == "text_completion"
    assert answer.choices[0].text == TEXT
    pieces = client.completions.create(model="parrot", prompt="One, two,", stream=True)
    assert "".join(piece.choices[0].text for piece in pieces) == TEXT


def test_responses(client):
    answer = client.responses.create(model="parrot", input="Hello.")
    assert answer.object == "response"
    assert answer.status == "completed"
    assert answer.output_text == TEXT
    assert answer.usage.output_tokens > 3


def test_responses_stream(client):
    # Not responses.stream(): it wants members that this llama-server leaves out.
    events = list(client.responses.create(model="parrot", input="Hello.", stream=True))
    pieces = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert "".join(pieces) == TEXT
    assert len(pieces) > 3
    assert events[-1].type == "response.completed"
    assert events[-1].response.usage.output_tokens > 3


def test_embeddings(client):
    # The client asks for base64 unless told otherwise.
    answer = client.embeddings.create(model="tiny-embed", input=["one text", "another"])
    plain = client.embeddings.create(model="tiny-embed", input=["one text", "another"], encoding_format="float")
    assert [len(item.embedding) for item in answer.data] == [64, 64]
    assert answer.data[0].embedding != answer.data[1].embedding
    for first, second in zip(answer.data, plain.data):
        assert first.embedding == pytest.approx(second.embedding, abs=1e-4)


def test_picture_reaches_the_engine_whole(client):
    content = picture(200)
    assert len(content) > 100_000
    answer = client.chat.completions.create(model="eye", messages=with_picture(content))
    assert json.loads(answer.choices[0].message.content) == described(content)


def test_picture_reaches_the_engine_whole_streamed(client):
    content = picture(600)
    assert len(content) > 1_000_000
    chunks = client.chat.completions.create(model="eye", messages=with_picture(content), stream=True)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert json.loads(text) == described(content)


def test_engine_without_eyes_answers_for_itself(client, daemon):
    with pytest.raises(openai.APIStatusError) as behind:
        client.chat.completions.create(model="parrot", messages=with_picture(picture()))
    port = daemon.model("parrot")["launch"]["port"]
    straight = client.with_options(base_url=f"http://127.0.0.1:{port}/v1")
    with pytest.raises(openai.APIStatusError) as direct:
        straight.chat.completions.create(model="parrot", messages=with_picture(picture()))
    assert "image input is not supported" in behind.value.message
    assert behind.value.status_code == direct.value.status_code
    assert behind.value.body == direct.value.body


def transcribe(daemon, file_first):
    fields = {"model": "tiny-whisper", "response_format": "json"}
    body, kind = form(fields, sine_wave(), file_first)
    request = urllib.request.Request(daemon.url + "/v1/audio/transcriptions", body, {"Content-Type": kind})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def test_transcription(client):
    answer = client.audio.transcriptions.create(
        model="tiny-whisper", file=("a.wav", sine_wave(), "audio/wav"), timeout=120)
    assert isinstance(answer.text, str)


def test_transcription_finds_the_model_before_and_behind_the_file(daemon):
    assert isinstance(transcribe(daemon, file_first=False)["text"], str)
    assert isinstance(transcribe(daemon, file_first=True)["text"], str)


def test_models(client):
    listed = {model.id: model for model in client.models.list()}
    assert set(listed) >= {"parrot", "tiny-embed", "tiny-whisper", "eye", "no-file"}
    assert "hidden" not in listed
    assert listed["parrot"].object == "model"
    assert isinstance(listed["parrot"].created, int)
    assert listed["parrot"].owned_by


@pytest.mark.parametrize("name", ["parrot", "org/parrot"])
def test_model(client, name):
    assert client.models.retrieve(name).id in ("parrot", name)


def test_unknown_model(client):
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(model="parot", messages=HELLO)
    assert caught.value.code == "model_not_found"
    assert caught.value.type == "invalid_request_error"
    assert "parrot" in caught.value.message
    with pytest.raises(openai.NotFoundError) as caught:
        client.models.retrieve("parot")
    assert caught.value.code == "model_not_found"


def test_malformed_requests(client):
    with pytest.raises(openai.BadRequestError) as caught:
        client.post("/chat/completions", body={"messages": HELLO}, cast_to=object)
    assert caught.value.code == "model_missing"
    with pytest.raises(openai.BadRequestError) as caught:
        client.post("/chat/completions", content=b'{"model": ', cast_to=object)
    assert caught.value.code == "invalid_request"


def test_a_start_that_fails_is_asked_for_once(daemon):
    asked = []
    hooks = openai.DefaultHttpxClient(event_hooks={"request": [asked.append]})
    client = openai.OpenAI(base_url=daemon.url + "/v1", api_key="none", max_retries=5, timeout=60, http_client=hooks)
    with pytest.raises(openai.InternalServerError) as caught:
        client.chat.completions.create(model="no-file-either", messages=HELLO)
    assert caught.value.code == "start_failed"
    assert "there-is-no-such-file.gguf" in caught.value.message
    assert len(asked) == 1


def test_client_that_leaves_a_stream_gives_its_place_back(client, daemon, eye):
    left = json.loads(eye.get("/report"))["left"]
    stream = client.chat.completions.create(
        model="eye", messages=[{"role": "user", "content": "story"}], stream=True)
    eye.get("/release")
    assert next(iter(stream)).choices[0].delta.content == "Once"
    assert daemon.model("eye")["in_flight"] == 1
    stream.close()
    eventually("no request in flight", lambda: daemon.model("eye")["in_flight"] == 0)
    eventually("the engine sees it", lambda: json.loads(eye.get("/report"))["left"] == left + 1)
