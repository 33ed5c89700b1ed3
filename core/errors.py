"""The family of errors that reach a person: one sentence saying what, where and what to do."""


class SmidError(Exception):
    """A failure that the command line reports on stderr without a traceback; `exit_code` ends the process."""

    exit_code = 2


class UsageError(SmidError):
    """The command line asks for something that cannot be."""


class ConfigError(SmidError):
    """A settings file holds a wrong key, type or value."""


class EngineError(SmidError):
    """The engine cannot run at present; nothing that was asked for is wrong."""


class EngineBusyError(EngineError):
    """Another process is the engine of this data directory."""


class OutputError(SmidError):
    """The answer is there and cannot be written: a full disk, a closed stream."""

    exit_code = 1


class NoDataError(SmidError):
    """There is no usable data to answer with."""

    exit_code = 4
