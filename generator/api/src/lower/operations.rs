pub(super) fn lower() {}
