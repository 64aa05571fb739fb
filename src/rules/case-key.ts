/** The key of a case (casusSleutel), as people type it and as it is stored: its youth region and 80 random bits. */

/** People type a key with spaces and in lower case. */
export const normaliseKey = (text: string): string => text.replace(/\s/g, '').toUpperCase();

const keyForm = /^[A-Z]{2}\d{2}(-[0-9A-HJKMNP-TV-Z]{4}){4}$/;

export const isCaseKey = (key: string): boolean => keyForm.test(key);

/** The distribution key of the case. */
export const regionOfKey = (key: string): string => key.slice(0, 4);
