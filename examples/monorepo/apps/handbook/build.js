import { writePage } from '@acme/layout';

writePage('index.html', 'The handbook', 'Lift with your legs.');
