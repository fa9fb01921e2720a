"""What a receipt is worth (docs/format/anchoring.md#how-a-verifier-judges)."""

ORDER = ("failed", "pending", "inclusion-only", "pow-only", "quorum-unpinned", "canonical")
STATUS = {"canonical": "match", "failed": "mismatch"}


class Worth:
    """A worth, the network it is of (`None` where nothing shows one), the height, and remarks."""

    def __init__(self, name, network=None, height=None, *remarks):
        self.name, self.network, self.height, self.remarks = name, network, height, remarks

    @property
    def status(self):
        return STATUS.get(self.name, "cannot-check")


class Failed(ValueError):
    """A receipt that contradicts itself, the payload or a pin; its text is the code of the first remark."""
