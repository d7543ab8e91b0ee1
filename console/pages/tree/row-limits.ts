/** Rows of one page. Cloudscape's tables render all of their rows. */
export const rowsPerPage = 50;

/** Rows that a search shows first. They fill a small window. */
export const firstRows = 10;
