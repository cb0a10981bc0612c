/**
 * Chooses the Korean particle that fits the sound at the end of a word: `josa('사과', '을/를')` is `사과를`.
 *
 * The pair is written consonant form first (`을/를`, `이/가`, `은/는`, `과/와`, `으로/로`, `이라/라`). Digits are read as in
 * Sino-Korean, Latin letters by the usual reading of a word's last letter; quotes and brackets at the end are silent.
 */
export function josa(word: string, pair: `${string}/${string}`): string {
  const [afterConsonant = '', afterVowel = ''] = pair.split('/')
  const last = word.replace(/["'’”)\]}>」』〉》]+$/u, '').at(-1) ?? ''
  const sound = finalSound(last)
  // (으)로 keeps the short form after ㄹ: 서울로, 1로.
  const usesVowelForm = sound === 'vowel' || (sound === 'rieul' && afterConsonant === '으로')
  return word + (usesVowelForm ? afterVowel : afterConsonant)
}

function finalSound(character: string): 'vowel' | 'rieul' | 'consonant' {
  const code = character.charCodeAt(0)
  if (code >= 0xac00 && code <= 0xd7a3) {
    const final = (code - 0xac00) % 28
    return final === 0 ? 'vowel' : final === 8 ? 'rieul' : 'consonant'
  }
  if (/[178lrLR]/.test(character)) return 'rieul'
  if (/[036mnMN]/.test(character)) return 'consonant'
  return 'vowel'
}
