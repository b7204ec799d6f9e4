"""What an update from each landed version may change; all that is not named here must stay as it was.

Every later change of tables, columns or values is declared here, beside its migration script. `Changes` says how.
Where a version's shops may be updated from several versions, the entries add up: copy what still holds.
"""

from tests.update.compare import Changes

CHANGES = {
    "19.0.1.1.0": Changes(),
}
