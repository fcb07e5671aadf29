// Runs the user's regular expression where it can be stopped. Says that it is there; then answers each question.
import {expression, spansOf} from './regex';

export interface Question {
  source: string;
  texts: string[];
}

self.onmessage = ({data}: MessageEvent<Question>) => self.postMessage(spansOf(expression(data.source), data.texts));
self.postMessage('ready');
