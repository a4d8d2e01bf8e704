import { expect, it } from 'vitest'
import { Password } from '#shared/http/session.ts'
import { passwordProblem } from './password-rule.ts'

it('says what is in the way of a new password as the collector would', () => {
  expect(passwordProblem('seven77', 'seven77', 'old one!')).toBe('short')
  expect(Password.safeParse('seven77').success).toBe(false)
  expect(passwordProblem('old one!', 'old one!', 'old one!')).toBe('same')
  expect(passwordProblem('a new one', 'a new on', 'old one!')).toBe('differs')
  expect(passwordProblem('a new one', 'a new one', 'old one!')).toBeUndefined()
})
