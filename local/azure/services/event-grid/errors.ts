import { ArmError } from '../../core/http';

export function invalid(message: string): ArmError {
  return new ArmError(400, 'InvalidRequest', message);
}
