import { expect, it } from 'vitest'
import { printProblem } from '#shared/config/read-config.ts'
import { readPolicy } from './policy.ts'

const options = { file: 'policy.yaml', devices: [{ id: 'core-1' }] }

it('reads a policy; an empty file is the default', () => {
  expect(readPolicy('', options)).toMatchObject({ ok: true, value: { enabled: true, exceptDevices: [] } })
  expect(readPolicy('allow: [ping]\nexceptDevices: [core-1]', options)).toMatchObject({
    ok: true,
    value: { allow: ['ping'], exceptDevices: ['core-1'] },
  })
})

it('refuses what would not do as it says: unknown devices, actions and keys', () => {
  const read = readPolicy('alow: [ping]\nallow: [pong]\nexceptDevices: [core-1, kore-1]\n', options)
  const problems = read.ok ? [] : read.problems.map(printProblem)
  expect(problems).toEqual([
    'policy.yaml:1:1: alow: unknown key; did you mean "allow"?',
    expect.stringMatching(/^policy\.yaml:2:9: allow\[0\]: /),
  ])
  const misspelt = readPolicy('exceptDevices: [core-1, kore-1]', options)
  expect(misspelt.ok ? [] : misspelt.problems.map(printProblem)).toEqual([
    'policy.yaml:1:25: exceptDevices[1]: no device "kore-1"',
  ])
})
