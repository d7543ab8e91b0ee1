/** The beginning of each line that Bough adds to the log of an activity. All other lines are the output of scripts. */
export const ownMark = '==> ';
