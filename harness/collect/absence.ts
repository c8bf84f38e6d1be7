/** `{ key: value }`, or `{}` when there is no value: an absent figure is an absent member. */
export function given<Key extends string, Value>(key: Key, value: Value | undefined): { readonly [key in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [key in Key]?: Value };
}
