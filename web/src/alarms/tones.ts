// Tones by severity, made in the browser: the graver, the higher, longer and more often. Browsers let a page be heard only
// after somebody has clicked or pressed a key in it.
import type { HeardSeverity } from './bell-settings.ts'

export interface Tones {
  /** Resolves with the seconds it takes; nothing is heard while blocked. */
  play(severity: HeardSeverity, volume: number): void
  /** The browser waits for a click. */
  isBlocked(): boolean
  /** Called by a click. */
  unlock(): Promise<void>
  onChange(listener: () => void): () => void
}

/** Beeps of each: how high (Hz) and how long (s), one after the other. */
const BEEPS: Readonly<Record<HeardSeverity, readonly (readonly [hz: number, seconds: number])[]>> = {
  critical: [880, 660, 880, 660, 880, 660].map((hz) => [hz, 0.17]),
  major: [660, 660, 660].map((hz) => [hz, 0.16]),
  minor: [520, 520].map((hz) => [hz, 0.14]),
  warning: [[440, 0.18]],
}
const PAUSE = 0.05

export function createTones(newContext: () => AudioContext): Tones {
  const listeners = new Set<() => void>()
  let context: AudioContext | undefined
  function audio(): AudioContext {
    if (context === undefined) {
      context = newContext()
      context.onstatechange = () => {
        for (const listener of listeners) listener()
      }
    }
    return context
  }
  return {
    play(severity, volume) {
      const to = audio()
      if (to.state !== 'running') return
      let at = to.currentTime + 0.02
      for (const [hz, seconds] of BEEPS[severity]) {
        const tone = to.createOscillator()
        const loudness = to.createGain()
        tone.type = severity === 'critical' ? 'square' : 'sine'
        tone.frequency.value = hz
        const most = volume * (tone.type === 'square' ? 0.25 : 0.6)
        // without a slope it clicks
        loudness.gain.setValueAtTime(0, at)
        loudness.gain.linearRampToValueAtTime(most, at + 0.012)
        loudness.gain.setValueAtTime(most, at + seconds - 0.02)
        loudness.gain.linearRampToValueAtTime(0, at + seconds)
        tone.connect(loudness).connect(to.destination)
        tone.start(at)
        tone.stop(at + seconds)
        at += seconds + PAUSE
      }
    },
    isBlocked: () => audio().state !== 'running',
    unlock: () => audio().resume(),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
