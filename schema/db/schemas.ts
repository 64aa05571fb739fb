/** The PostgreSQL schemas: three closed compartments, what is shared on a ground, and the flows around them. */
import { pgSchema } from 'drizzle-orm/pg-core';

export const reference = pgSchema('reference');
export const education = pgSchema('education');
export const attendance = pgSchema('attendance');
export const care = pgSchema('care');
export const casework = pgSchema('casework');
export const staging = pgSchema('staging');
export const audit = pgSchema('audit');
