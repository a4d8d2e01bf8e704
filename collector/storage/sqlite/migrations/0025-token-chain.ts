// Which token a token was made with: it ends with that one.

export const name = '0025-token-chain'

export const statements = ['alter table token add column made_with text']
