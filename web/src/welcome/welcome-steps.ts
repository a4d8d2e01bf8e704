// The first steps of a new installation. What is done already is known from what is there, so that it can be left at any
// point and come back to.
import { type AddAgentSearch, readAddAgentSearch } from '../enrolment/add-agent-search.ts'

export const WELCOME_STEPS = ['you', 'place', 'agent'] as const
export type WelcomeStep = (typeof WELCOME_STEPS)[number]

export interface Setup {
  /** The password was made by the collector. */
  readonly passwordGiven: boolean
  readonly sites: number
  /** Those that were heard. */
  readonly agents: number
}

/** Where to go on; `done`: somebody is watched over already. */
export function nextStep({ passwordGiven, sites, agents }: Setup): WelcomeStep | 'done' {
  if (agents > 0 && sites > 0) return 'done'
  if (passwordGiven || sites === 0) return 'you'
  return 'agent'
}

/** The step the address asks for, as far as what it stands on is there. */
export function stepOf({ step, token }: WelcomeSearch, setup: Setup): WelcomeStep | 'done' {
  // who waits for an agent sees it arrive: its first word does not take the page away
  const asked = step ?? (token === undefined ? undefined : 'agent')
  if (asked === undefined) return nextStep(setup)
  if (asked === 'agent' && setup.sites === 0) return 'place'
  return asked
}

export interface WelcomeSearch extends AddAgentSearch {
  readonly step?: WelcomeStep | undefined
}

export function readWelcomeSearch(raw: Record<string, unknown>): WelcomeSearch {
  return { ...readAddAgentSearch(raw), step: WELCOME_STEPS.find((step) => step === raw.step) }
}
