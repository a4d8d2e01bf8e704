/** Address of the n-th device, spread over a /22, or over a /26. */
export const addressesFor =
  (prefix: string, small: boolean) =>
  (n: number): string =>
    small ? `${prefix}.0.${2 + 4 * n}` : `${prefix}.${n % 4}.${((37 * n) % 250) + 2}`
