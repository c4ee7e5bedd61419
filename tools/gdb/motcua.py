"""gdb -x tools/gdb/motcua.py build/dev/bin/motcua-server

Prints `struct str` and `struct buf` as their text, and `mc-pool POINTER` the state of a db_pool.
"""
import gdb

SHOWN_BYTES_MAX = 200


def text(pointer, size):
    size = int(size)
    if int(pointer) == 0:
        return "NULL"
    shown = gdb.selected_inferior().read_memory(int(pointer), min(size, SHOWN_BYTES_MAX)).tobytes()
    more = " + %d bytes" % (size - SHOWN_BYTES_MAX) if size > SHOWN_BYTES_MAX else ""
    return '"%s"%s' % (shown.decode("utf-8", "backslashreplace"), more)


class Bytes:
    """A structure with `data` and `size`."""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        return text(self.value["data"], self.value["size"])


class PoolCommand(gdb.Command):
    """mc-pool POINTER: how many connections are in each state, and who waits."""

    def __init__(self):
        super().__init__("mc-pool", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        pool = gdb.parse_and_eval(argument).dereference()
        states = gdb.lookup_type("enum db_connection_state").fields()
        for field in states:
            if field.enumval < pool["list_counts"].type.range()[1] + 1:
                print("%-28s %d" % (field.name, int(pool["list_counts"][field.enumval])))
        print("%-28s %d" % ("groups queued", int(pool["queued"])))


def lookup(value):
    if value.type.strip_typedefs().tag in ("str", "buf"):
        return Bytes(value)
    return None


gdb.pretty_printers.append(lookup)
PoolCommand()
