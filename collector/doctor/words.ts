// What the collector's doctor says, in both languages.
import type { WordTable } from '#shared/doctor/doctor.ts'
import { MACHINE_WORDS } from '#shared/doctor/machine-words.ts'
import { LOCAL_WORDS } from './local-words.ts'
import { REMOTE_WORDS } from './remote-words.ts'

export const COLLECTOR_WORDS = { ...MACHINE_WORDS, ...LOCAL_WORDS, ...REMOTE_WORDS } as const satisfies WordTable

export type MessageId = keyof typeof COLLECTOR_WORDS
