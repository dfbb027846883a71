/** The browser's own formats. To make one takes longer than to draw a row: each is made once, when it is first needed. */

const made = new Map<string, unknown>();

export function format<F, O>(kind: new (locale: string, options: O) => F, locale: string, options: O): F {
  const zone = new Date().getTimezoneOffset(); // A format keeps the time zone that it was made in; a visitor may travel.
  const key = `${kind.name} ${locale} ${zone} ${JSON.stringify(options)}`;
  const found = (made.get(key) as F | undefined) ?? new kind(locale, options);
  made.set(key, found);
  return found;
}
