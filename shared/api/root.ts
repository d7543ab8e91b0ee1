import * as z from 'zod/mini';
import { Link } from './common.ts';

/** The API's entry point. */
export const Root = z.object({ _links: z.object({ self: Link, projects: Link, openapi: Link }) });
