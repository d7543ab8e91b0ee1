import { writePage } from '@acme/layout';

writePage('index.html', 'The shop', 'Anvils from 50 kg.');
