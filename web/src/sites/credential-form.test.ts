import { describe, expect, it } from 'vitest'
import { CredentialDraft, type CredentialRow } from '#shared/http/site-config.ts'
import { type CredentialForm, draftOfCredentials, missingSecrets } from './credential-form.ts'

const form: CredentialForm = {
  ...{ version: 'v3', user: ' outrider ', level: 'authPriv', authProtocol: 'sha256', privProtocol: 'aes', context: '' },
  ...{ community: 'left over', authKey: '', privKey: 'new secret' },
}
const set = { set: true as const, at: 1, by: 'admin' }
const row: CredentialRow = {
  ...{
    name: 'core',
    version: 'v3',
    secrets: { authKey: set, privKey: set },
    usedBy: 0,
    updatedAt: 1,
    updatedBy: 'admin',
  },
}

describe('credentials', () => {
  it('send typed secrets, leave empty ones, take away those of another kind', () => {
    const draft = draftOfCredentials(form)
    expect(draft).toEqual({
      ...{ version: 'v3', user: 'outrider', level: 'authPriv', authProtocol: 'sha256', privProtocol: 'aes' },
      ...{ community: null, privKey: 'new secret' },
    })
    expect(CredentialDraft.safeParse(draft).success).toBe(true)
    expect(draftOfCredentials({ ...form, level: 'noAuthNoPriv' })).toMatchObject({ authKey: null, privKey: null })
    expect(draftOfCredentials({ ...form, version: 'v2c' })).toEqual({
      ...{ version: 'v2c', community: 'left over', authKey: null, privKey: null },
    })
  })

  it('ask for secrets that are not set', () => {
    expect(missingSecrets(form, row)).toEqual([])
    expect(missingSecrets({ ...form, privKey: '' }, undefined)).toEqual(['authKey', 'privKey'])
    expect(missingSecrets({ ...form, version: 'v2c', community: '' }, row)).toEqual(['community'])
    expect(
      missingSecrets(
        { ...form, version: 'v1', community: '' },
        { ...row, version: 'v2c', secrets: { community: set } },
      ),
    ).toEqual(['community'])
  })
})
