/** What is in the way of a new password, before anything is sent; undefined when nothing is. */
export function passwordProblem(
  password: string,
  again: string,
  current: string,
): 'short' | 'same' | 'differs' | undefined {
  if (password.length < 8) return 'short'
  if (password === current) return 'same'
  return password === again ? undefined : 'differs'
}
