// The focus never falls to nowhere: what has it may vanish (a row taken away by a delta, a dialog that closes, a screen that
// is left, a button that is off while it works), and a keyboard or a screen reader would begin again at the top of the page.

/** Somewhere the focus was, and what stood around it then, in order. */
interface Place {
  readonly element: HTMLElement
  /** What lay over the screen and held it. */
  readonly overlay: Element | null
  /** What it stood in, up to what belongs together. */
  readonly parents: readonly Element[]
  readonly around: readonly (readonly HTMLElement[])[]
}

const TAKES_FOCUS =
  'a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex]:not([tabindex="-1"]),[contenteditable=true]'
/** What belongs together: a neighbour in the nearest is where the focus goes. */
const GROUPS = 'tbody,form,fieldset,header,ul,ol,[role=toolbar],[role=dialog],section'
const OVERLAYS = '[role=dialog],[role=menu]'
/** Others bring the focus back themselves, in about this time. */
const SETTLED_MS = 60
/** What is off for longer than this, and not at work, stays off. */
const OFF_MS = 600
const LOOK_MS = 30

/** Watches the focus of the page from now on; returns what ends that. */
export function keepFocus(page: Document): () => void {
  const cameFrom = new WeakMap<Element, Place>()
  let place: Place | undefined
  let timer: number | undefined

  function noteFocus({ target }: FocusEvent) {
    if (!(target instanceof HTMLElement) || target === page.body || target.matches('[data-passing]')) return
    const overlay = target.closest(OVERLAYS)
    if (overlay && place && !cameFrom.has(overlay) && !overlay.contains(place.element)) cameFrom.set(overlay, place)
    place = { element: target, overlay, parents: parentsOf(target), around: groupsOf(target) }
  }
  function noteBlur({ target, relatedTarget }: FocusEvent) {
    if (relatedTarget !== null || !page.hasFocus()) return
    // somebody clicked into the void: nothing is lost
    if (target instanceof HTMLElement && isAble(target) && target === place?.element)
      queueMicrotask(() => {
        if (isNowhere() && place?.element === target && isAble(target)) place = undefined
      })
  }
  const isNowhere = () => page.activeElement === null || page.activeElement === page.body

  function look() {
    if (timer === undefined && place !== undefined && isNowhere()) wait(place, performance.now())
  }
  function wait(lost: Place, since: number) {
    timer = window.setTimeout(() => {
      timer = undefined
      if (!isNowhere() || place !== lost) return
      const { element } = lost
      const elapsed = performance.now() - since
      if (isAble(element)) element.focus()
      else if (element.isConnected && (element.matches('[data-loading]') || elapsed < OFF_MS)) wait(lost, since)
      else if (elapsed < SETTLED_MS) wait(lost, since)
      else bringTo(lost)
    }, LOOK_MS)
  }
  function bringTo(lost: Place) {
    const { overlay } = lost
    const isGone = overlay !== null && !(overlay.isConnected && overlay.checkVisibility())
    const from = isGone ? cameFrom.get(overlay) : lost
    if (from !== undefined && from !== lost && !isAble(from.element)) return bringTo(from)
    const next = from && (isAble(from.element) ? from.element : neighbourOf(from))
    ;(next ?? page.querySelector('main'))?.focus({ preventScroll: next === undefined })
  }

  const changes = new MutationObserver((records) => {
    look()
    // what is switched off loses the focus only with the next picture
    if (records.some((one) => one.type === 'attributes')) window.setTimeout(look, LOOK_MS)
  })
  changes.observe(page.body, { subtree: true, childList: true, attributeFilter: ['disabled'] })
  page.addEventListener('focusin', noteFocus)
  page.addEventListener('focusout', noteBlur)
  return () => {
    changes.disconnect()
    window.clearTimeout(timer)
    page.removeEventListener('focusin', noteFocus)
    page.removeEventListener('focusout', noteBlur)
  }
}

const isAble = (element: HTMLElement) =>
  element.isConnected && !element.matches(':disabled') && element.checkVisibility()

function parentsOf(element: HTMLElement): Element[] {
  const parents: Element[] = []
  const group = element.closest(GROUPS)
  for (let one = element.parentElement; one !== null && one !== group; one = one.parentElement) parents.push(one)
  return group === null ? [] : parents
}

function groupsOf(element: HTMLElement): HTMLElement[][] {
  const groups: HTMLElement[][] = []
  for (let group = element.closest(GROUPS); group !== null; group = group.parentElement?.closest(GROUPS) ?? null)
    if (groups.length < 3) groups.push([...group.querySelectorAll<HTMLElement>(TAKES_FOCUS)])
  return groups
}

/** What took its place; else the nearest that is still there: what followed it, or preceded it. */
function neighbourOf({ element, parents, around }: Place): HTMLElement | undefined {
  const [nearest] = around
  const parent = parents.find((one) => one.isConnected)
  const heir = [...(parent?.querySelectorAll<HTMLElement>(TAKES_FOCUS) ?? [])].find(
    (one) => isAble(one) && nearest?.includes(one) === false,
  )
  if (heir) return heir
  for (const group of around) {
    const at = group.indexOf(element)
    const found = group.slice(at + 1).find(isAble) ?? group.slice(0, Math.max(0, at)).findLast(isAble)
    if (found) return found
  }
  return undefined
}
