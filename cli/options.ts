import * as z from 'zod';

const text = z.string().optional();

/** Options that several commands have, as the parser hands them over. */
export const projectOptions = { project: text };
export const environmentOptions = { environment: text };
export const confirmOptions = { yes: z.boolean().optional(), no: z.boolean().optional() };
export const tableOptions = {
  format: text,
  columns: z.array(z.string()).optional(),
  header: z.boolean().optional(),
};
