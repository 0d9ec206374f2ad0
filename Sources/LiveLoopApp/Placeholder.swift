// Grows with the first code of this module.
