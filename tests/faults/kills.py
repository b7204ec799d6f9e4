"""Odoo processes that are killed (SIGKILL) at ten moments, spread over the time that their work takes."""

import time

KILLS = 10
# PostgreSQL lets go of a killed process's locks a moment after its end; a flow leaves quietly when its row is locked.
FREE = "env.cr.execute('SELECT id FROM otto_sync FOR UPDATE')"


def kill_at_ten_moments(start_worker, worker, command, prepare):
    """Run a command once to learn how long it takes, then in ten processes, each of which is killed a tenth later.

    :param command: what is killed, as an expression
    :param prepare: function of the number of the kill, -1 for the one that goes through: what there is to do
    """
    prepare(-1)
    started = time.monotonic()
    worker.ask(command)
    length = time.monotonic() - started
    for moment in range(KILLS):
        prepare(moment)
        victim = start_worker()
        victim.tell(command)
        time.sleep(length * (moment + 0.5) / KILLS)
        victim.kill()
    worker.ask(FREE)
