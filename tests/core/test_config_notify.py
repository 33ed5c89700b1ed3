"""Settings of notifications: a channel that is on can send, and no secret is repeated."""

import pytest

from core.config import load_settings
from core.errors import ConfigError
from tui import cli

GOOD_MAIL = '[email]\nhost = "smtp.example.com"\nsender = "a@example.com"\nto = ["b@example.com"]\n'
COMPLETE = (
    '[notify]\nchannels = ["hook", "webhook", "email"]\nquiet = ["pre", "22:00-07:00"]\n'
    '[hook]\ncommand = ["~/bin/on-warning", "--loud"]\n'
    '[webhook]\nurl = "https://ntfy.sh/topic"\ntoken = "env:NTFY_TOKEN"\n' + GOOD_MAIL
)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))


def write(folder, text):
    file = folder / "mine.toml"
    file.write_text(text)
    return file


def test_all_three_channels(tmp_path):
    mine = load_settings(write(tmp_path, COMPLETE))
    assert mine.notify.channels == ("hook", "webhook", "email")
    assert mine.hook.command == ("~/bin/on-warning", "--loud")
    assert mine.email.port == 587


def test_nothing_is_sent_by_the_shipped_settings():
    assert load_settings().notify.channels == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[notify]\nchannels = ["hook"]', '[notify] channels = "hook": expected [hook] command to be set for it'),
        ('[notify]\nchannels = ["webhook"]', "expected [webhook] url to be set"),
        ('[notify]\nchannels = ["email"]\n[email]\nhost = "x"\nsender = "a@b"', "expected [email] to to be set"),
        ('[notify]\nchannels = ["sms"]', 'each one of "hook", "webhook", "email"'),
        ('[notify]\nchannels = ["hook", "hook"]', "named twice"),
        ('[notify]\nquiet = ["night"]', '[notify] quiet = "night": expected "pre", "open", "post", "closed" or a span'),
        ('[notify]\nloud = "warning"', 'did you mean "warn"?'),
        ("[notify]\ntries = 0", "expected a whole number from 1 to 20"),
        ('[hook]\ncommand = ["on-warning"]', "expected a program, from / or ~ on"),
        ('[hook]\ncommand = ["/x", "a\\u0000b"]', "without a zero byte"),
        ('[webhook]\nurl = "ftp://x/y"', 'expected an address such as "https://ntfy.sh/a-topic-of-yours"'),
        ('[webhook]\nurl = "file:///etc/passwd"', "expected an address"),
        ('[webhook]\nurl = "https://"', "expected an address"),
        ('[webhook]\nurl = "https://x:99999/y"', "expected an address"),
        ('[webhook]\nurl = "https://x/a b"', "expected an address"),
        ('[webhook]\nurl = "http://ntfy.sh/x"\ntoken = "t"', "expected https"),
        ('[email]\nhost = "x y"', "expected the name of a server"),
        ('[email]\nsender = "Ann <ann@example.com>"', 'expected a plain address, such as "me@example.com"'),
        ('[email]\nto = ["a@example.com, b@example.com"]', "expected a plain address"),
        ('[email]\nto = ["a@example.com\\nBcc: b@example.com"]', "expected a plain address"),
        ('[email]\nhost = "smtp.example.com"\nuser = "ann"\nsecurity = "none"', 'expected "starttls" or "tls"'),
    ],
)
def test_mistakes(tmp_path, text, words):
    file = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_settings(file)
    assert words in str(caught.value)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        '[webhook]\nurl = "http://127.0.0.1:8080/x"\ntoken = "t"',
        '[webhook]\nurl = "http://[::1]:8080/x"\ntoken = "t"',
        '[email]\nhost = "localhost"\nport = 25\nuser = "ann"\nsecurity = "none"',
    ],
)
def test_this_machine_may_hear_a_secret_in_clear(tmp_path, text):
    load_settings(write(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        "[email]\npassword = 1234567",
        '[email]\npasword = "1234567"',
        '[email]\npassword = "1234567é"',
        '[email]\npassword = "env:1234567"',
        '[webhook]\ntoken = ["1234567"]',
        '[webhook]\nurl = "https://ann:1234567@ntfy.sh/x"',
    ],
)
def test_no_secret_is_repeated(tmp_path, text):
    with pytest.raises(ConfigError) as caught:
        load_settings(write(tmp_path, text))
    assert "1234567" not in str(caught.value)


def test_show_hides_secrets_and_names_where_they_come_from(tmp_path, capfdbinary):
    file = write(tmp_path, '[email]\npassword = "1234567"\n[webhook]\nurl = "https://x/y"\ntoken = "env:NTFY_TOKEN"\n')
    assert cli.main(["config", "show", "--config", str(file)]) == 0
    shown = capfdbinary.readouterr().out.decode()
    assert "1234567" not in shown
    assert 'password = "***"  # yours' in shown
    assert 'token = "env:NTFY_TOKEN"  # yours' in shown
